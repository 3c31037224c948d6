import { hash } from "node:crypto";

/** The same request key came with another input. */
export class RequestKeyReused extends Error {
  override readonly name = "RequestKeyReused";
}

/** SHA-256 of the JSON. Request keys and inputs are stored as hashes only, because callers may put anything into them. */
export function hashOf(value: unknown): string {
  return hash("sha256", JSON.stringify(value), "base64url");
}

/** Single-flight by idempotency key: a repeated call waits for the outcome of the first. */
export class SingleFlight<Outcome> {
  readonly #running = new Map<string, { fingerprint: string; outcome: Promise<Outcome> }>();

  /**
   * @param joined maps the outcome for later callers
   * @throws RequestKeyReused when a call with another fingerprint runs under the key
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

/** `who` of a command that is continued after a restart, without a caller. */
export const RECOVERY = "recovery";
