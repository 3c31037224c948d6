import { randomUUID } from "node:crypto";
import { type Claim } from "../../common/durable-store.ts";
import { SingleFlight, RequestKeyReused, hashOf } from "../idempotency/single-flight.ts";
import { type WireClient } from "../api/clients.ts";
import { type ClientEntry, type ClientCommand, ClientLedger, isAmbiguous } from "./client-ledger.ts";
import { type SecretResult, withoutTheSecret } from "./result.ts";

/** How one kind of command is executed under a claim. */
export interface IdempotentHandler {
  /** Sends a command that is recorded and certainly not at KORE. */
  send: (entry: ClientEntry, claim: Claim) => Promise<SecretResult>;
  /** Reconciles an ambiguous outcome. */
  reconcile: (entry: ClientEntry, claim: Claim) => Promise<{ entry: ClientEntry; client?: WireClient }>;
  describe: (entry: ClientEntry, client?: WireClient) => SecretResult;
}

type KeyedCommand = ClientCommand & Pick<ClientEntry, "name" | "clientId" | "key" | "fingerprint">;

/** Executes each command at most once, by the ledger, and describes the outcome of recorded ones. */
export class IdempotentRequests {
  readonly #ledger: ClientLedger;
  readonly #now: () => number;
  readonly #singleFlight = new SingleFlight<SecretResult>();

  constructor(ledger: ClientLedger, now: () => number) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /**
   * Concurrent calls with the same key share one execution; only the first gets the secret.
   *
   * @param subject the client that the command is about
   * @param exclusively runs work under a claim of a key
   * @throws RequestKeyReused
   */
  run(
    command: ClientCommand,
    subject: Pick<ClientEntry, "name" | "clientId">,
    handler: IdempotentHandler,
    exclusively: (key: string, work: (claim: Claim) => Promise<SecretResult>) => Promise<SecretResult>,
  ): Promise<SecretResult> {
    const key = ClientLedger.keyOf(command);
    const fingerprint = hashOf(command.input);
    const keyed = { ...command, ...subject, key, fingerprint };
    const work = () => exclusively(ClientLedger.mutexKeyOf(keyed), (claim) => this.#execute(keyed, handler, claim));
    return this.#singleFlight.run(key, fingerprint, work, withoutTheSecret);
  }

  async #execute(command: KeyedCommand, handler: IdempotentHandler, claim: Claim): Promise<SecretResult> {
    const known = await this.#ledger.find(command.key);
    if (known) {
      if (known.fingerprint !== command.fingerprint) throw new RequestKeyReused();
      const { entry, client } = isAmbiguous(known) ? await handler.reconcile(known, claim) : { entry: known };
      if (entry.state === "abandoned") return handler.send(entry, claim);
      if (known.hasRequestKey || isAmbiguous(known)) return handler.describe(entry, client);
      await this.#ledger.delete(claim, known); // Finished, and repeated without a request key: a new command.
    }
    return handler.send(await this.#ledger.keep(claim, this.#newEntry(command)), claim);
  }

  #newEntry({ key, fingerprint, operation, accountId, name, clientId, requestKey }: KeyedCommand): ClientEntry {
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
