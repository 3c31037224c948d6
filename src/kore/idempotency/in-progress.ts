import { createHash } from "node:crypto";

/** The same request key came with another input. */
export class RequestKeyReused extends Error {
  override readonly name = "RequestKeyReused";
}

/** Request keys and inputs are kept as hashes only: callers may put anything into them. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url");
}

/** Makes the same intent, said twice at once, one: who comes second waits for what becomes of the first. */
export class SingleFlight<Outcome> {
  readonly #running = new Map<string, { fingerprint: string; outcome: Promise<Outcome> }>();

  /**
   * `joined`: what of the outcome is for those who come second.
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

  /** What runs now. */
  running(): Promise<Outcome>[] {
    return [...this.#running.values()].map(({ outcome }) => outcome);
  }
}

/** Who an intent is carried on for after a restart: nobody waits for it, and who asked for it may be gone. */
export const RECOVERY = "recovery";
