import { randomUUID } from "node:crypto";
import { Joint, RequestKeyReused, fingerprintOf } from "../intents.ts";
import { type WireClient } from "./api.ts";
import { type ClientEntry, type ClientIntent, ClientLedger, isInDoubt } from "./ledger.ts";
import { type SecretResult, withoutTheSecret } from "./result.ts";

/** How one kind of intent is carried on. */
export interface Way {
  /** `entry` is on disk as `sending`. */
  send: (entry: ClientEntry) => Promise<SecretResult>;
  /** Finds out more about one in doubt. */
  lookAgain: (entry: ClientEntry) => Promise<{ entry: ClientEntry; client?: WireClient }>;
  tell: (entry: ClientEntry, client?: WireClient) => SecretResult;
}

/** Carries intents out at most once each, as the ledger knows them, and tells again what became of those it knows. */
export class AtMostOnce {
  readonly #ledger: ClientLedger;
  readonly #now: () => number;
  readonly #joint = new Joint<SecretResult>();

  constructor(ledger: ClientLedger, now: () => number) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /**
   * Two at once with the same key are one; the second gets no secret. `around`: what is to be waited for.
   *
   * @throws RequestKeyReused
   */
  run(
    intent: ClientIntent,
    about: Pick<ClientEntry, "name" | "clientId">,
    way: Way,
    around: (work: () => Promise<SecretResult>) => Promise<SecretResult>,
  ): Promise<SecretResult> {
    const key = ClientLedger.keyOf(intent);
    const fingerprint = fingerprintOf(intent.input);
    const work = () => this.#carryOn({ ...intent, ...about, key, fingerprint }, way);
    return this.#joint.run(key, fingerprint, () => around(work), withoutTheSecret);
  }

  async #carryOn(wish: ClientIntent & Pick<ClientEntry, "name" | "clientId" | "key" | "fingerprint">, way: Way) {
    for (;;) {
      const known = await this.#ledger.find(wish.key);
      if (!known) {
        const entry = this.#begin(wish);
        if (await this.#ledger.open(entry)) return way.send(entry);
        continue; // Another process was quicker with the same intent.
      }
      if (known.fingerprint !== wish.fingerprint) throw new RequestKeyReused();
      const { entry, client } = isInDoubt(known) ? await way.lookAgain(known) : { entry: known };
      if (entry.state === "abandoned") {
        return way.send(await this.#ledger.move(entry, { state: "sending", sentAt: this.#now() }));
      }
      if (known.hasRequestKey || isInDoubt(known)) return way.tell(entry, client);
      await this.#ledger.forget(known); // Finished, and said again without a key: a new intent.
    }
  }

  #begin(wish: ClientIntent & Pick<ClientEntry, "name" | "clientId" | "key" | "fingerprint">): ClientEntry {
    const { key, fingerprint, operation, accountId, name, clientId, requestKey } = wish;
    const now = this.#now();
    return {
      key,
      id: randomUUID(),
      operation,
      accountId,
      name,
      ...(clientId !== undefined && { clientId }),
      fingerprint,
      hasRequestKey: requestKey !== null,
      createdAt: now,
      state: "sending",
      sentAt: now,
    };
  }
}
