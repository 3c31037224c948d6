import { randomUUID } from "node:crypto";
import { type Claim } from "../../common/store/durable-store.ts";
import { SingleFlight, RequestKeyReused, hashOf } from "../idempotency/single-flight.ts";
import { type ClientEntry, type ClientCommand, ClientLedger, isAmbiguous } from "./client-ledger.ts";

/** How one kind of command is executed under a claim. */
export interface IdempotentHandler<Result, Found> {
  /** Sends a command that is recorded and certainly not at KORE. */
  send: (entry: ClientEntry, claim: Claim) => Promise<Result>;
  /** Reconciles an ambiguous outcome. */
  reconcile: (entry: ClientEntry, claim: Claim) => Promise<{ entry: ClientEntry; found?: Found }>;
  describe: (entry: ClientEntry, found?: Found) => Result;
}

const isFinished = (entry: ClientEntry): boolean => !isAmbiguous(entry) && entry.state !== "abandoned";

type KeyedCommand = ClientCommand & Pick<ClientEntry, "name" | "clientId" | "key" | "fingerprint">;

/** Executes each command at most once, by the ledger, and describes the outcome of recorded ones. */
export class IdempotentRequests<Result, Found> {
  readonly #ledger: ClientLedger;
  readonly #now: () => number;
  readonly #singleFlight = new SingleFlight<Result>();
  readonly #joined: (result: Result) => Result;

  /** @param joined the result for later callers of a call in progress. @default the same */
  constructor(ledger: ClientLedger, now: () => number, joined: (result: Result) => Result = (result) => result) {
    this.#ledger = ledger;
    this.#now = now;
    this.#joined = joined;
  }

  /**
   * Concurrent calls with the same key share one execution, in all replicas; see `joined`.
   *
   * @param subject the client that the command is about
   * @param exclusively runs work under a claim of a key
   * @throws RequestKeyReused
   */
  run(
    command: ClientCommand,
    subject: Pick<ClientEntry, "name" | "clientId">,
    handler: IdempotentHandler<Result, Found>,
    exclusively: (key: string, work: (claim: Claim) => Promise<Result>) => Promise<Result>,
  ): Promise<Result> {
    const key = ClientLedger.keyOf(command);
    const fingerprint = hashOf(command.input);
    const keyed = { ...command, ...subject, key, fingerprint };
    const work = async () => {
      const before = await this.#ledger.find(key);
      const finished = before && isFinished(before) ? before.id : undefined;
      return exclusively(ClientLedger.mutexKeyOf(keyed), (claim) => this.#execute(keyed, handler, claim, finished));
    };
    return this.#singleFlight.run(key, fingerprint, work, this.#joined);
  }

  /** @param finished id of an entry that was finished before this call; any other is of another replica's equal call */
  async #execute(
    command: KeyedCommand,
    handler: IdempotentHandler<Result, Found>,
    claim: Claim,
    finished: string | undefined,
  ): Promise<Result> {
    const known = await this.#ledger.find(command.key);
    if (known) {
      if (known.fingerprint !== command.fingerprint) throw new RequestKeyReused();
      const { entry, found } = isAmbiguous(known) ? await handler.reconcile(known, claim) : { entry: known };
      if (entry.state === "abandoned") return handler.send(entry, claim);
      if (known.hasRequestKey || known.id !== finished) return handler.describe(entry, found);
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
