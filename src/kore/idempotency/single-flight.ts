import { createHash } from "node:crypto";

/** The same request key came with another input. */
export class RequestKeyReused extends Error {
  override readonly name = "RequestKeyReused";
}

/** Request keys and inputs are kept as hashes only: callers may put anything into them. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url");
}

/** Single-flight by idempotency key: a repeated call waits for the outcome of the first. */
export class SingleFlight<Outcome> {
  readonly #running = new Map<string, { fingerprint: string; outcome: Promise<Outcome> }>();

  /**
   * `joined`: maps the outcome for later callers.
   *
   * @throws RequestKeyReused when what runs under the key is another intent
   */
  run(
    key: string,
    fingerprint: string,
    work: () => Promise<Outcome>,
    joined: (outcome: Outcome) => Outcome = (outcome) => outcome,
  ): Promise<Outcome> {
    const running = this.#running.get(key);
    if (running) {
      return running.fingerprint === fingerprint
        ? running.outcome.then(joined)
        : Promise.reject(new RequestKeyReused());
    }
    const outcome = work().finally(() => this.#running.delete(key));
    this.#running.set(key, { fingerprint, outcome });
    return outcome;
  }

  /** Outcomes of all calls in progress. */
  running(): Promise<Outcome>[] {
    return [...this.#running.values()].map(({ outcome }) => outcome);
  }
}

/** `who` of a command that is resumed after a restart: no caller waits for it. */
export const RECOVERY = "recovery";
