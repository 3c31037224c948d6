import { setTimeout as sleep } from "node:timers/promises";
import { ifUnavailable } from "../../../common/store/store-errors.ts";
import { KeyedMutex, Fenced } from "../../idempotency/keyed-mutex.ts";
import { type Change, type Claim, type DurableStore, type Expectation } from "../../../common/store/durable-store.ts";
import { hashOf } from "../../idempotency/single-flight.ts";
import { type ProvisioningCommand, type PlacedSim, type SimResult, changedBy } from "../command.ts";
import { type RequestKind, kindOf } from "../verbs.ts";
import {
  type Chunk,
  type ClaimedRequest,
  type Entry,
  areFree,
  chunkChange,
  isOpen,
  isUnfinished,
  keys,
  reservationKeysOf,
  reservations,
  unfinishedMarks,
} from "./records.ts";
import { acknowledgement, closing, withoutValues } from "./changes.ts";
import { LedgerReads } from "./ledger-reads.ts";
import { type ActivationNeeds } from "../activation-needs.ts";

/** A command in progress, under a claim of this process. */
export interface Work {
  entry: Entry;
  claim: Claim;
}

/**
 * The recorded commands, on a durable store. All changes of a command are committed under its claim, so that one replica
 * at a time executes it. SIMs of open chunks are reserved.
 *
 * Reservations are one key per SIM, beside all other keys: opening a command of 1,000 SIMs takes one commit of
 * some 2,000 keys (20 ms in PostgreSQL), each of its POSTs one of a few, and each of its answers one of some 1,000.
 */
export class Ledger extends LedgerReads {
  /** Mutex on commands, by {@link Entry.key}. */
  readonly claims: KeyedMutex;
  readonly #store: DurableStore;
  /** Claims under which an outcome could not be recorded. */
  readonly #unrecorded = new WeakSet<Claim>();
  readonly #needs: ActivationNeeds | undefined;

  /** @param needs learns from KORE's refusals and failures. @default they are recorded only */
  constructor(store: DurableStore, needs?: ActivationNeeds) {
    super(store);
    this.#store = store;
    this.#needs = needs;
    this.claims = new KeyedMutex(store, "lock/");
  }

  /** Request keys are hashed, because callers may put anything into them. */
  static keyOf({ accountId, verb, requestKey, input }: Omit<ProvisioningCommand, "who">): string {
    const identity = requestKey === null ? ["input", input] : ["key", requestKey];
    return keys.commands + hashOf([accountId, verb, ...identity]);
  }

  /** Records and claims a new command. @returns undefined when its key exists, or a SIM is reserved by another command */
  async open(entry: Entry, chunks: readonly Chunk[]): Promise<Work | undefined> {
    const open = chunks.filter(isOpen);
    const claim = await this.claims.open(entry.key, {
      expect: [[entry.key, "absent"], ...open.flatMap((chunk) => areFree(entry, chunk))],
      set: [
        [entry.key, entry],
        ...(open.length > 0 ? [[keys.open(entry.id), entry.key] as const] : []),
        ...chunks.map(chunkChange),
        ...open.flatMap((chunk) => reservations(entry, chunk)),
        ...chunks.filter(isUnfinished).flatMap((chunk) => unfinishedMarks(entry, chunk)),
      ],
    });
    return claim && { entry, claim };
  }

  /** Claims a recorded command. @returns undefined while it is in progress, or when it was deleted */
  async tryClaim(key: string): Promise<Work | undefined> {
    const claim = await this.claims.tryAcquire(key);
    if (!claim) return undefined;
    try {
      const entry = await this.find(key);
      if (entry) return { entry, claim };
    } catch (error) {
      this.claims.abandon(claim);
      throw error;
    }
    await this.#endClaim(claim);
    return undefined;
  }

  /**
   * Ends the execution of a command. Without open chunks the command is closed, and its options are kept only for a
   * possible repetition. With a chunk to send or to reconcile the claim stays until it is taken over, as it does while the
   * store is unavailable.
   */
  async release({ entry, claim }: Work, chunks: readonly Chunk[]): Promise<void> {
    if (this.#unrecorded.has(claim) || chunks.some(({ state }) => state === "planned" || state === "sending")) {
      this.claims.abandon(claim);
      return;
    }
    await this.claims.release(claim, chunks.some(isOpen) ? [] : closing(entry, chunks)).catch(ifUnavailable);
  }

  /** Ends an interrupted execution, by the stored state. Never rejects. */
  async releaseAsStored({ entry: { key }, claim }: Work): Promise<void> {
    try {
      const entry = await this.find(key);
      if (entry) await this.release({ entry, claim }, await this.chunks(entry));
      else await this.claims.release(claim);
    } catch {
      this.claims.abandon(claim); // The error that interrupted the execution is thrown instead.
    }
  }

  /**
   * Opens an abandoned chunk again.
   *
   * @returns "conflict" when another command has reserved one of its SIMs
   * @throws Fenced @throws StoreUnavailable
   */
  reserve(work: Work, abandoned: Chunk): Promise<Chunk | "conflict"> {
    return this.#move(work, abandoned, { state: "planned" }, areFree(work.entry, abandoned));
  }

  /**
   * Records that an open chunk is being sent.
   *
   * @returns undefined when the record failed, or its result is unknown: nothing may be sent then
   * @throws Fenced
   */
  async recordSending(work: Work, from: Chunk, sending: Partial<Chunk>): Promise<Chunk | undefined> {
    return this.move(work, from, { ...sending, state: "sending" }).catch(ifUnavailable);
  }

  /**
   * Records the outcome of a chunk, with retries while `retryFor` lasts. After that it returns the outcome unrecorded: the
   * store keeps the earlier state, which is reconciled after a take-over. Since a chunk that is not at KORE may be sent
   * then, it is returned neither as abandoned nor as refused.
   *
   * @throws Fenced
   */
  async record(work: Work, from: Chunk, change: Partial<Chunk>): Promise<Chunk> {
    if (change.state === "refused") {
      const { message = null } = change;
      this.#needs?.learn(work.entry.accountId, from.sims, Object.fromEntries(from.sims.map(({ id }) => [id, message])));
    }
    for (;;) {
      const kept = await this.move(work, from, change).catch(ifUnavailable);
      if (kept) return kept;
      if (this.#store.retryFor === 0) break;
      await sleep(RETRY_EVERY);
    }
    this.#unrecorded.add(work.claim);
    if (change.state === "refused") return from;
    const isUnsent = change.state === "abandoned" && from.state !== "abandoned";
    return { ...from, ...change, ...(isUnsent && { state: "planned" }) };
  }

  /** Records a change of a chunk. @throws Fenced @throws StoreUnavailable */
  async move(work: Work, from: Chunk, change: Partial<Chunk>): Promise<Chunk> {
    const chunk = await this.#move(work, from, change, []);
    if (chunk === "conflict") throw new Error("A change without expectations cannot conflict");
    return chunk;
  }

  /** Records KORE's request of a chunk. @returns undefined when it belongs to another chunk @throws Fenced @throws StoreUnavailable */
  async adopt(
    work: Work,
    from: Chunk,
    request: Pick<Chunk, "requestId" | "acknowledgedAt">,
  ): Promise<Chunk | undefined> {
    const isNew = [
      keys.request(work.entry.accountId, request.requestId ?? "", kindOf(work.entry.verb)),
      "absent",
    ] as const;
    const chunk = await this.#move(work, from, { ...request, state: "acknowledged" }, [isNew]);
    return chunk === "conflict" ? undefined : chunk;
  }

  async #move(
    { entry, claim }: Work,
    from: Chunk,
    change: Partial<Chunk>,
    expect: readonly Expectation[],
  ): Promise<Chunk | "conflict"> {
    const chunk = withoutValues({ ...from, ...change });
    const set: Change[] = [chunkChange(chunk), ...acknowledgement(entry, from, chunk)];
    if (isUnfinished(from) !== isUnfinished(chunk)) set.push(...unfinishedMarks(entry, chunk));
    if (isOpen(from) !== isOpen(chunk)) set.push(...reservations(entry, chunk));
    if (!isOpen(from) && isOpen(chunk)) set.push([keys.open(entry.id), entry.key]);
    const result = await this.claims.commit(claim, { expect, set });
    return result === "done" ? chunk : "conflict";
  }

  /** Moves SIMs that need no write to the settled results. @param left the chunks without these SIMs */
  async settleSims(
    { entry: from, claim }: Work,
    sims: readonly PlacedSim[],
    results: readonly SimResult[],
    left: readonly Chunk[],
  ): Promise<Work> {
    const entry: Entry = { ...from, settled: [...from.settled, ...results] };
    const chunks = left.map((chunk): Change =>
      chunk.sims.length > 0 ? chunkChange(chunk) : [keys.chunk(chunk), undefined],
    );
    const ids = sims.flatMap(changedBy);
    // Only this command's reservations: abandoned chunks have none, and those of other commands must stay.
    const reserved = await this.reservedFor(entry, ids);
    const own = ids.filter((id) => reserved.get(id)?.some((each) => each.entry.id === entry.id));
    await this.claims.commit(claim, {
      set: [
        [entry.key, entry],
        ...chunks,
        ...ids.map((id): Change => [keys.unfinished(entry, id), undefined]),
        ...own.flatMap((id) => reservationKeysOf(entry, id).map((key): Change => [key, undefined])),
      ],
    });
    return { entry, claim };
  }

  /** Deletes a command. @param isStill checks its entry under the claim. @returns false while it is in progress, or by `isStill` */
  async delete({ key }: Pick<Entry, "key">, isStill: (entry: Entry) => boolean = () => true): Promise<boolean> {
    const work = await this.tryClaim(key);
    if (!work) return false;
    const { entry, claim } = work;
    if (!isStill(entry)) {
      await this.#endClaim(claim);
      return false;
    }
    const chunks = await this.chunks(entry).catch((error: unknown) => {
      this.claims.abandon(claim);
      throw error;
    });
    const open = chunks.filter(isOpen);
    return this.#endClaim(claim, [
      ...[entry.key, keys.open(entry.id), ...chunks.map(keys.chunk)].map((each): Change => [each, undefined]),
      ...open.flatMap((chunk) => reservations(entry, { ...chunk, state: "abandoned" })),
      ...chunks.filter(isUnfinished).flatMap((chunk) => unfinishedMarks(entry, { ...chunk, state: "abandoned" })),
    ]);
  }

  /** Releases a claim. @returns false when another replica has taken it over meanwhile */
  async #endClaim(claim: Claim, set: readonly Change[] = []): Promise<boolean> {
    try {
      await this.claims.release(claim, set);
      return true;
    } catch (error) {
      if (error instanceof Fenced) return false;
      throw error;
    }
  }

  /**
   * Records that KORE has finished a request. Needs no claim, because nothing else of an acknowledged chunk changes.
   *
   * @param failuresAmong of the request's SIMs, those that KORE has failed
   */
  async finish(
    accountId: string,
    requestId: string,
    failuresAmong: (sims: readonly PlacedSim[]) => NonNullable<Chunk["failures"]>,
    kind?: RequestKind,
  ): Promise<void> {
    const { entry, chunk } = (await this.#chunkOf(accountId, requestId, kind)) ?? {};
    if (!entry || !chunk || chunk.isFinished) return;
    const failures = failuresAmong(chunk.sims);
    this.#needs?.learn(accountId, chunk.sims, failures);
    const finished: Chunk = { ...chunk, isFinished: true, failures };
    await this.#store.commit({ set: [chunkChange(finished), ...unfinishedMarks(entry, finished)] });
  }

  /** Records that KORE works on a finished request again. */
  async reopen(accountId: string, requestId: string, kind?: RequestKind): Promise<void> {
    const { entry, chunk } = (await this.#chunkOf(accountId, requestId, kind)) ?? {};
    if (!entry || !chunk?.isFinished) return;
    const unfinished: Chunk = { ...chunk, isFinished: false, failures: {} };
    await this.#store.commit({ set: [chunkChange(unfinished), ...unfinishedMarks(entry, unfinished)] });
  }

  /** The chunk of KORE's request. Undefined: not ours, or recorded by an earlier version without its chunk. */
  async #chunkOf(
    accountId: string,
    requestId: string,
    kind: RequestKind | undefined,
  ): Promise<{ entry: Entry; chunk: Chunk } | undefined> {
    const key = keys.request(accountId, requestId, kind);
    const claimed = (await this.#store.get(key)) as ClaimedRequest | number | undefined;
    const entry = typeof claimed === "object" ? await this.find(claimed.key) : undefined;
    const chunk = entry && (await this.chunk({ entry: entry.id, index: (claimed as ClaimedRequest).index }));
    return entry && chunk?.requestId === requestId ? { entry, chunk } : undefined;
  }
}

/** Between attempts to record an outcome. Milliseconds. */
const RETRY_EVERY = 250;
