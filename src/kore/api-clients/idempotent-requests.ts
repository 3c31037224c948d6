import { randomUUID } from "node:crypto";
import { type Claim } from "../../common/durable-store.ts";
import { SingleFlight, RequestKeyReused, hashOf } from "../idempotency/single-flight.ts";
import { type WireClient } from "../api/clients.ts";
import { type ClientEntry, type ClientCommand, ClientLedger, isAmbiguous } from "./client-ledger.ts";
import { type SecretResult, withoutTheSecret } from "./result.ts";

/** How one kind of command is executed under a claim. */
export interface IdempotentHandler {
  /** `entry` is kept, and certainly not at KORE. */
  send: (entry: ClientEntry, claim: Claim) => Promise<SecretResult>;
  /** Reconciles an ambiguous one. */
  reconcile: (entry: ClientEntry, claim: Claim) => Promise<{ entry: ClientEntry; client?: WireClient }>;
  describe: (entry: ClientEntry, client?: WireClient) => SecretResult;
}

type KeyedCommand = ClientCommand & Pick<ClientEntry, "name" | "clientId" | "key" | "fingerprint">;

/** Executes each command at most once, by the ledger, and describes the outcome of known ones. */
export class IdempotentRequests {
  readonly #ledger: ClientLedger;
  readonly #now: () => number;
  readonly #singleFlight = new SingleFlight<SecretResult>();

  constructor(ledger: ClientLedger, now: () => number) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /**
   * Concurrent calls with the same key are one; the later gets no secret. `alone`: does the work under a claim.
   *
   * @throws RequestKeyReused
   */
  run(
    intent: ClientCommand,
    about: Pick<ClientEntry, "name" | "clientId">,
    way: IdempotentHandler,
    alone: (thing: string, work: (claim: Claim) => Promise<SecretResult>) => Promise<SecretResult>,
  ): Promise<SecretResult> {
    const key = ClientLedger.keyOf(intent);
    const fingerprint = hashOf(intent.input);
    const wish = { ...intent, ...about, key, fingerprint };
    const work = () => alone(ClientLedger.mutexKeyOf(wish), (claim) => this.#carryOn(wish, way, claim));
    return this.#singleFlight.run(key, fingerprint, work, withoutTheSecret);
  }

  async #carryOn(wish: KeyedCommand, way: IdempotentHandler, claim: Claim): Promise<SecretResult> {
    const known = await this.#ledger.find(wish.key);
    if (known) {
      if (known.fingerprint !== wish.fingerprint) throw new RequestKeyReused();
      const { entry, client } = isAmbiguous(known) ? await way.reconcile(known, claim) : { entry: known };
      if (entry.state === "abandoned") return way.send(entry, claim);
      if (known.hasRequestKey || isAmbiguous(known)) return way.describe(entry, client);
      await this.#ledger.delete(claim, known); // Finished, and said again without a key: a new intent.
    }
    return way.send(await this.#ledger.keep(claim, this.#begin(wish)), claim);
  }

  #begin({ key, fingerprint, operation, accountId, name, clientId, requestKey }: KeyedCommand): ClientEntry {
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
      state: "abandoned",
      sentAt: now,
    };
  }
}
