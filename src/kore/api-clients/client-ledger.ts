import { ifUnavailable } from "../../common/store/store-errors.ts";
import { pagesOf } from "../../common/store/store-pages.ts";
import { type Change, type Claim, type DurableStore } from "../../common/store/durable-store.ts";
import { KeyedMutex } from "../idempotency/keyed-mutex.ts";
import { hashOf } from "../idempotency/single-flight.ts";
import {
  SEND_WITHIN,
  type ReconciliationOptions,
  recordedTooLate,
  inFlightUntil,
} from "../idempotency/ambiguous-outcome.ts";
import { type ClientReason } from "./result.ts";

/** A command that is executed at most once. */
export interface ClientCommand {
  operation: "createClient" | "renewClientKey" | "createCostCenter";
  /** `acct_…`, or `cmp-…` of a cost center; null: our own account. */
  accountId: string | null;
  /** The caller's idempotency key: a repetition with it is no new command. */
  requestKey: string | null;
  /** Everything that distinguishes it from another command. */
  input: unknown;
}

/** A recorded command, from before its POST until its retention is over. It never holds a secret. */
export interface ClientEntry {
  /** Key in the store: equal for equal request keys, or for equal inputs without one. */
  key: string;
  /** New for each new command with the same key. */
  id: string;
  operation: ClientCommand["operation"];
  accountId: string | null;
  /** Identifies a creation whose reply was lost. */
  name: string;
  fingerprint: string;
  hasRequestKey: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /**
   * `sending`: recorded before the first byte is sent. `done`: KORE answered. `adopted`: its reply was lost, and it was
   * found at KORE. `unknown`: it is ambiguous whether it arrived. `abandoned`: it certainly did not arrive, and is sent
   * only when the caller repeats the command.
   */
  state: "sending" | "done" | "adopted" | "refused" | "unknown" | "abandoned";
  /** When it was last sent. Milliseconds since the epoch, as are the next two. */
  sentAt: number;
  /** Until when its POST may be in flight. */
  until?: number;
  /** End of the visibility window of an ambiguous outcome. */
  settlesAt?: number;
  /** Of a cost center its key. */
  clientId?: string;
  /** Why KORE refused it, or why its outcome is ambiguous. */
  reason?: ClientReason;
  message?: string;
}

/** Whether the outcome at KORE is ambiguous, by the stored state. */
export const isAmbiguous = ({ state }: ClientEntry): boolean => state === "sending" || state === "unknown";

/** The commands that create clients or cost centers and renew keys, on a durable store. */
export class ClientLedger {
  /** Mutex on names of created clients and on ids of changed ones. */
  readonly claims: KeyedMutex;
  readonly #store: DurableStore;

  constructor(store: DurableStore) {
    this.#store = store;
    this.claims = new KeyedMutex(store, LOCKS);
  }

  static keyOf({ operation, accountId, requestKey, input }: ClientCommand): string {
    const identity = requestKey === null ? ["input", input] : ["key", requestKey];
    return `${COMMANDS}${hashOf([operation, accountId, ...identity])}`;
  }

  /** For the audit trail, whose readers must not be able to repeat the command. */
  static keyHashOf({ key, hasRequestKey }: Pick<ClientEntry, "key" | "hasRequestKey">): string | null {
    return hasRequestKey ? key.slice(COMMANDS.length) : null;
  }

  /** Mutex key of a command: two concurrent creations of one name with lost replies would be indistinguishable. */
  static mutexKeyOf({
    operation,
    accountId,
    name,
    clientId = "",
  }: Pick<ClientEntry, "operation" | "accountId" | "name" | "clientId">): string {
    if (operation === "createCostCenter") return mutexKey("name", JSON.stringify([accountId, name]));
    return operation === "createClient" ? mutexKey("name", name) : mutexKey("client", clientId);
  }

  /** Mutex key of changes of one client. */
  static mutexKeyOfClient(id: string): string {
    return mutexKey("client", id);
  }

  async find(key: string): Promise<ClientEntry | undefined> {
    return (await this.#store.get(key)) as ClientEntry | undefined;
  }

  /** Records an entry. @throws Fenced @throws StoreUnavailable */
  async keep(claim: Claim, entry: ClientEntry): Promise<ClientEntry> {
    await this.claims.commit(claim, { set: changesOf(entry) });
    return entry;
  }

  /**
   * Records the outcome of a write. While the store is unavailable the outcome is returned nevertheless; the store keeps
   * the earlier state, which is reconciled by a repetition or by the next start.
   *
   * @throws Fenced
   */
  async record(claim: Claim, from: ClientEntry, change: Partial<ClientEntry>): Promise<ClientEntry> {
    const entry: ClientEntry = { ...from, ...change };
    const set = [...changesOf(entry), ...(isNotAtKore(entry) ? [[sentKeyOf(entry), undefined] as const] : [])];
    await this.claims.commit(claim, { set }).catch(ifUnavailable);
    return entry;
  }

  /**
   * Records that a command is being sent. Must be called last before it is sent.
   *
   * @throws KoreError when the record took too long
   * @throws Fenced @throws StoreUnavailable
   */
  async recordSending(claim: Claim, from: ClientEntry, options: ReconciliationOptions): Promise<ClientEntry> {
    const { monotonic, sendWithin = SEND_WITHIN } = options;
    const startedAt = monotonic();
    const sending = { state: "sending", sentAt: options.now(), until: inFlightUntil(options) } as const;
    const entry = await this.keep(claim, { ...from, ...sending });
    if (monotonic() - startedAt > sendWithin) throw recordedTooLate(`POST ${from.operation}`);
    return entry;
  }

  /** The claim of its client stays. @throws Fenced @throws StoreUnavailable */
  async delete(claim: Claim, entry: ClientEntry): Promise<void> {
    await this.claims.commit(claim, { set: deletions(entry) });
  }

  /** Whether a client was created by a recorded command. */
  async isClaimed(clientId: string): Promise<boolean> {
    return (await this.#store.get(claimOf(clientId))) !== undefined;
  }

  /** When a cost center of a creation's name was last sent, by any command, unless it is not at KORE. Milliseconds since the epoch. */
  async lastSent(creation: ClientEntry): Promise<number | undefined> {
    return (await this.#store.get(sentKeyOf(creation))) as number | undefined;
  }

  /** Commands with an ambiguous outcome. */
  async unfinished(): Promise<ClientEntry[]> {
    const open = await this.#store.list(OPEN);
    const entries = await this.#store.getMany(open.map(([, key]) => key as string));
    return [...entries.values()] as ClientEntry[];
  }

  /** Creation time of the newest entry. Milliseconds since the epoch, by the clock at that time. */
  async newest(): Promise<number | undefined> {
    let newest: number | undefined;
    for await (const { createdAt } of this.#entries()) newest = Math.max(newest ?? createdAt, createdAt);
    return newest;
  }

  /** Deletes entries created before an instant, except those in progress. */
  async prune(before: number): Promise<void> {
    for await (const entry of this.#entries()) {
      if (entry.createdAt >= before) continue;
      const claim = await this.claims.tryAcquire(ClientLedger.mutexKeyOf(entry));
      if (!claim) continue;
      const isStill = (await this.find(entry.key))?.id === entry.id;
      await this.claims.release(claim, isStill ? deletions(entry) : []);
    }
    for await (const page of pagesOf(this.#store, CLAIMS, AT_ONCE)) {
      const old = page.filter(([, createdAt]) => (createdAt as number) < before);
      if (old.length > 0) await this.#store.commit({ set: old.map(([key]) => [key, undefined]) });
    }
  }

  async *#entries(): AsyncGenerator<ClientEntry> {
    for await (const page of pagesOf(this.#store, COMMANDS, AT_ONCE))
      yield* page.map(([, value]) => value as ClientEntry);
  }
}

/** Entries that are read together. */
const AT_ONCE = 1000;

const LOCKS = "client-lock/";
const COMMANDS = "client-intent/";
const OPEN = "client-open/";
const CLAIMS = "client-claim/";

const open = (id: string) => OPEN + id;
/** The store limits the length of keys; KORE states no limit of ids. */
const claimOf = (clientId: string) => CLAIMS + (clientId.length <= 400 ? clientId : hashOf(clientId));
/** Under the mutex of the name, so one command at a time sets it. */
const sentKeyOf = (creation: ClientEntry) => claimOf(ClientLedger.mutexKeyOf(creation));
const isNotAtKore = ({ state }: ClientEntry) => state === "refused" || state === "abandoned";
/** Hashed, because callers' names may be long and hold any character. */
const mutexKey = (kind: "name" | "client", name: string) => `${kind}/${hashOf(name)}`;

const deletions = ({ key, id }: ClientEntry): Change[] => [
  [key, undefined],
  [open(id), undefined],
];

function changesOf(entry: ClientEntry): Change[] {
  const { key, id, operation, clientId, createdAt, state, sentAt } = entry;
  const isMade = operation === "createClient" && clientId !== undefined;
  const isSent = operation === "createCostCenter" && state === "sending";
  return [
    [key, entry],
    [open(id), isAmbiguous(entry) ? key : undefined],
    ...(isMade ? [[claimOf(clientId), createdAt] as const] : []),
    ...(isSent ? [[sentKeyOf(entry), sentAt] as const] : []),
  ];
}
