import { StoreUnavailable } from "../../common/store-errors.ts";
import { pagesOf } from "../../common/store-pages.ts";
import { type ProvisioningVerb } from "../connectivity.ts";
import { fingerprintOf } from "../intents.ts";
import { type Change, type DurableStore } from "../store.ts";
import { type Intent, type OrderOptions, type PlacedSim, type SimResult } from "./order.ts";
import { type SeenMark } from "./seen-requests.ts";
import { type Acknowledged } from "./zone-offsets.ts";

/** One intent, kept from before its first write until its retention is over. */
export interface Entry {
  /** Where it is kept: the same for the same request key, or for the same input without one. */
  key: string;
  /** Another one each time the intent is new. */
  id: string;
  accountId: string;
  verb: ProvisioningVerb;
  fingerprint: string;
  hasRequestKey: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** SIMs that needed no write. */
  settled: readonly SimResult[];
  chunks: number;
  /** Gone once nothing is left to send: it may hold names and addresses. */
  options?: OrderOptions;
}

/**
 * One POST to be. `planned`: not sent, or proven not to have arrived. `sending`: on disk before the first byte goes
 * out, so that a crash leaves a question and not a silence. `unknown`: the question could not be answered. `abandoned`:
 * did not arrive and was reported so; sent again only when the caller asks again with the same request key.
 */
export interface Chunk {
  entry: string;
  index: number;
  sims: readonly PlacedSim[];
  state: "planned" | "sending" | "acknowledged" | "refused" | "unknown" | "abandoned";
  /** When it was last sent, and until when its request may still appear at KORE. */
  sentAt?: number;
  settlesAt?: number;
  /** What had been seen of KORE's requests when it was last sent, and whether KORE's clock was off then. */
  seenBefore?: SeenMark;
  wasClockOff?: boolean;
  requestId?: string;
  /** When KORE acknowledged it; absent where its request was found otherwise. Milliseconds since the epoch. */
  answeredAt?: number;
  /** When it became known that KORE has it. Milliseconds since the epoch. */
  acknowledgedAt?: number;
  /** Whether KORE is known to be done with it. */
  isFinished?: boolean;
  /** Once it is finished: SIMs that KORE has failed, by id, with KORE's reason where it gave one. */
  failures?: Readonly<Record<string, string | null>>;
  /** KORE's answer when it refused, or what stopped us. */
  message?: string;
}

/** Whether something is left to do about it without being asked for. */
export const isOpen = ({ state }: Chunk): boolean => state === "planned" || isInDoubt(state);

/** Whether it may still change its SIMs without being asked for again. */
export const isUnfinished = ({ state, isFinished = false }: Chunk): boolean =>
  !isFinished && state !== "refused" && state !== "abandoned";

/** Whether KORE may or may not have it, as far as the disk tells. */
export const isInDoubt = (state: Chunk["state"]): boolean => state === "sending" || state === "unknown";

/** Names the chunk of an intent that is unfinished for a SIM, and what it makes of the SIM. */
export interface Unfinished {
  key: string;
  entry: string;
  index: number;
  /** The verb, with the state to activate to. */
  goal: string;
}

/** The chunk that KORE's request answers. `at`: when that became known; milliseconds since the epoch. */
interface Claim {
  at: number;
  key: string;
  index: number;
}

export const goalOf = (verb: ProvisioningVerb, options: Partial<OrderOptions> = {}): string =>
  [verb, options["activation-state"]].filter(Boolean).join(" ");

/** The intents that were ever written or are about to be, on a durable store. */
export class Ledger {
  readonly #store: DurableStore;

  constructor(store: DurableStore) {
    this.#store = store;
  }

  /** Request keys are kept as hashes only: callers may put anything into them. */
  static keyOf({ accountId, verb, requestKey, input }: Omit<Intent, "who">): string {
    const identity = requestKey === null ? ["input", input] : ["key", requestKey];
    return `intent/${fingerprintOf([accountId, verb, ...identity])}`;
  }

  async find(key: string): Promise<Entry | undefined> {
    return (await this.#store.get(key)) as Entry | undefined;
  }

  async chunks({ id }: Entry): Promise<Chunk[]> {
    return (await this.#store.list(`chunk/${id}/`)).map(([, chunk]) => chunk as Chunk);
  }

  /** Keeps a new intent, unless somebody else has just kept one of the same key. */
  open(entry: Entry, chunks: readonly Chunk[]): Promise<boolean> {
    const open: Change[] = chunks.some(isOpen) ? [[`open/${entry.id}`, entry.key]] : [];
    const unfinished = chunks.filter(isUnfinished).flatMap((chunk) => marksOf(entry, chunk));
    return this.#store.create(entry.key, [[entry.key, entry], ...open, ...chunks.map(chunkChange), ...unfinished]);
  }

  /** Marks a chunk as about to be sent; undefined while the store cannot be written: then nothing may be sent. */
  begin(entry: Entry, from: Chunk, sending: Partial<Chunk>): Promise<Chunk | undefined> {
    return this.move(entry, from, { ...sending, state: "sending" }).catch(undefinedIfUnavailable);
  }

  /**
   * As `move`, for what has become known of a chunk. While the store cannot be written the truth is given all the same;
   * the disk keeps an earlier state, from which the next start finds it out. So nothing counts as abandoned then: the
   * next start goes on with it.
   */
  async record(entry: Entry, from: Chunk, change: Partial<Chunk>): Promise<Chunk> {
    const kept = await this.move(entry, from, change).catch(undefinedIfUnavailable);
    return kept ?? { ...from, ...change, ...(change.state === "abandoned" && { state: "planned" }) };
  }

  /** Keeps what becomes of a chunk: its request as claimed, its SIMs as in doubt or no longer so. */
  async move(entry: Entry, from: Chunk, change: Partial<Chunk>): Promise<Chunk> {
    const chunk: Chunk = { ...from, ...change };
    const changes: Change[] = [chunkChange(chunk)];
    if (chunk.requestId !== undefined) {
      const { key, createdAt } = entry;
      const claimed: Claim = { at: chunk.acknowledgedAt ?? createdAt, key, index: chunk.index };
      changes.push([claim(entry.accountId, chunk.requestId), claimed]);
    }
    const { requestId, sentAt, answeredAt } = chunk;
    const isNew = requestId !== undefined && requestId !== from.requestId;
    if (isNew && sentAt !== undefined && answeredAt !== undefined && chunk.wasClockOff !== true)
      changes.push([acknowledged(entry.accountId), { requestId, sentAt, answeredAt } satisfies Acknowledged]);
    if (isUnfinished(from) !== isUnfinished(chunk)) changes.push(...marksOf(entry, chunk));
    // Tried again after its intent was closed: the next start must see it, should this one not end well.
    if (from.state === "abandoned" && isOpen(chunk)) changes.push([`open/${entry.id}`, entry.key]);
    if (isInDoubt(from.state) !== isInDoubt(chunk.state)) {
      const doubt = isInDoubt(chunk.state) ? [entry.key, chunk.index] : undefined;
      for (const { id } of chunk.sims) changes.push([`doubt/${entry.accountId}/${id}`, doubt]);
    }
    await this.#store.write(changes);
    return chunk;
  }

  /** Keeps results that were found instead of written. `left` are the same chunks without these SIMs. */
  async settle(from: Entry, results: readonly SimResult[], left: readonly Chunk[]): Promise<Entry> {
    const entry: Entry = { ...from, settled: [...from.settled, ...results] };
    const changes = left.map((chunk): Change =>
      chunk.sims.length > 0 ? chunkChange(chunk) : [chunkKey(chunk), undefined],
    );
    const settled = results.flatMap(({ id }): Change[] => (id === null ? [] : [[unfinishedKey(entry, id), undefined]]));
    await this.#store.write([[entry.key, entry], ...changes, ...settled]);
    return entry;
  }

  /**
   * Nothing is left to do but what the caller may ask for again: then the options are needed once more. While the store
   * cannot be written it stays open, and the next start closes it.
   */
  async close(entry: Entry, isRepeatable: boolean): Promise<void> {
    const { options, ...kept } = entry;
    await this.#store
      .write([
        [entry.key, isRepeatable && options ? { ...kept, options } : kept],
        [`open/${entry.id}`, undefined],
      ])
      .catch(undefinedIfUnavailable);
  }

  /** Once for a store of an earlier version: marks what is unfinished of intents that were made since an instant. */
  async markUnfinished(since: number): Promise<void> {
    if ((await this.#store.get(MARKED)) !== undefined) return;
    for await (const entry of this.#entries()) {
      const chunks = entry.createdAt < since ? [] : await this.chunks(entry);
      const marks = chunks.filter(isUnfinished).flatMap((chunk) => marksOf(entry, chunk));
      if (marks.length > 0) await this.#store.write(marks);
    }
    await this.#store.write([[MARKED, true]]);
  }

  async *#entries(): AsyncGenerator<Entry> {
    for await (const page of pagesOf(this.#store, "intent/", ENTRIES)) yield* page.map(([, value]) => value as Entry);
  }

  async forget(entry: Entry): Promise<void> {
    const chunks = await this.chunks(entry);
    const keys = [entry.key, `open/${entry.id}`, ...chunks.map(chunkKey)];
    // Only its own doubts: another intent may be in doubt about the same SIMs.
    const doubtful = chunks.filter(({ state }) => isInDoubt(state)).flatMap(({ sims }) => sims);
    keys.push(...doubtful.map(({ id }) => `doubt/${entry.accountId}/${id}`));
    keys.push(...chunks.filter(isUnfinished).flatMap(({ sims }) => sims.map(({ id }) => unfinishedKey(entry, id))));
    await this.#store.write(keys.map((key) => [key, undefined]));
  }

  /** Whether a request of KORE's is known to be the answer to a write of ours. */
  async isClaimed(accountId: string, requestId: string): Promise<boolean> {
    return (await this.#store.get(claim(accountId, requestId))) !== undefined;
  }

  /** The request of an account that KORE acknowledged last. */
  async lastAcknowledged(accountId: string): Promise<Acknowledged | undefined> {
    return (await this.#store.get(acknowledged(accountId))) as Acknowledged | undefined;
  }

  /** When a request of KORE's became known as the answer to a write of ours. Milliseconds since the epoch. */
  async acknowledgedAt(accountId: string, requestId: string): Promise<number | undefined> {
    return timeOf(await this.#store.get(claim(accountId, requestId)));
  }

  /** Keeps that KORE is done with a request. @param failuresAmong of the request's SIMs, those that KORE has failed */
  async finish(
    accountId: string,
    requestId: string,
    failuresAmong: (sims: readonly PlacedSim[]) => NonNullable<Chunk["failures"]>,
  ): Promise<void> {
    const claimed = (await this.#store.get(claim(accountId, requestId))) as Claim | number | undefined;
    if (typeof claimed !== "object") return; // Not ours, or claimed before finding the chunk was provided for.
    const entry = await this.find(claimed.key);
    const chunk = entry && (await this.chunk({ entry: entry.id, index: claimed.index }));
    if (chunk?.requestId !== requestId || chunk.isFinished) return;
    await this.move(entry as Entry, chunk, { isFinished: true, failures: failuresAmong(chunk.sims) });
  }

  /** The chunks that are unfinished for a SIM. */
  async unfinishedFor(accountId: string, simId: string): Promise<Unfinished[]> {
    const marks = await this.#store.list(`unfinished/${accountId}/${simId}/`);
    return marks.map(([, mark]) => mark as Unfinished);
  }

  async chunk(place: Pick<Chunk, "entry" | "index">): Promise<Chunk | undefined> {
    return (await this.#store.get(chunkKey(place))) as Chunk | undefined;
  }

  /** The write to a SIM of which it is not known whether it arrived. */
  async doubtAbout(accountId: string, simId: string): Promise<{ entry: Entry; chunk: Chunk } | undefined> {
    const doubt = (await this.#store.get(`doubt/${accountId}/${simId}`)) as [key: string, index: number] | undefined;
    const entry = doubt && (await this.find(doubt[0]));
    // By its key, not out of all: this is asked for each of thousands of SIMs.
    const chunk = entry && (await this.chunk({ entry: entry.id, index: doubt[1] }));
    return entry && chunk && isInDoubt(chunk.state) ? { entry, chunk } : undefined;
  }

  /** Intents with something left to send or to find out. */
  async unfinished(): Promise<Entry[]> {
    const open = await this.#store.list("open/");
    const entries = await Promise.all(open.map(([, key]) => this.find(key as string)));
    return entries.filter((entry) => entry !== undefined);
  }

  /** The newest time that is kept, as of the clock when it was. Milliseconds since the epoch. */
  async newest(): Promise<number | undefined> {
    let newest: number | undefined;
    for await (const { createdAt } of this.#entries()) newest = Math.max(newest ?? createdAt, createdAt);
    return newest;
  }

  /** Forgets what was made before an instant, whatever became of it. */
  async prune(before: number): Promise<void> {
    for await (const entry of this.#entries()) if (entry.createdAt < before) await this.forget(entry);
    for await (const page of pagesOf(this.#store, "claim/", 1000)) {
      const old = page.filter(([, claimed]) => (timeOf(claimed) ?? 0) < before);
      if (old.length > 0) await this.#store.write(old.map(([key]) => [key, undefined]));
    }
  }
}

/** Read at once: one may hold the results of 10,000 SIMs, which are a MB. */
const ENTRIES = 20;

const MARKED = "marks/unfinished";

/** Claims of earlier versions are the time alone. */
const timeOf = (claimed: unknown): number | undefined =>
  typeof claimed === "number" ? claimed : (claimed as Claim | undefined)?.at;

const unfinishedKey = ({ accountId, id }: Entry, simId: string) => `unfinished/${accountId}/${simId}/${id}`;

/** Marks the SIMs of a chunk as having it unfinished, or no longer so. */
function marksOf(entry: Entry, chunk: Chunk): Change[] {
  const { key, id, verb, options } = entry;
  const mark: Unfinished = { key, entry: id, index: chunk.index, goal: goalOf(verb, options) };
  return chunk.sims.map((sim) => [unfinishedKey(entry, sim.id), isUnfinished(chunk) ? mark : undefined]);
}

/** @throws any other error */
function undefinedIfUnavailable(error: unknown): undefined {
  if (!(error instanceof StoreUnavailable)) throw error;
}

const claim = (accountId: string, requestId: string) => `claim/${accountId}/${requestId}`;

const acknowledged = (accountId: string) => `acknowledged/${accountId}`;

const chunkKey = ({ entry, index }: Pick<Chunk, "entry" | "index">) =>
  `chunk/${entry}/${String(index).padStart(6, "0")}`;

const chunkChange = (chunk: Chunk): Change => [chunkKey(chunk), chunk];
