import { type ProvisioningVerb } from "../connectivity.ts";
import { fingerprintOf } from "../intents.ts";
import { type Change, type DurableStore } from "../store.ts";
import { type Intent, type OrderOptions, type SimOrder, type SimResult } from "./order.ts";
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
  sims: readonly (SimOrder & { place: number })[];
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
  /** KORE's answer when it refused, or what stopped us. */
  message?: string;
}

/** Whether something is left to do about it without being asked for. */
export const isOpen = ({ state }: Chunk): boolean => state === "planned" || isInDoubt(state);

/** Whether KORE may or may not have it, as far as the disk tells. */
export const isInDoubt = (state: Chunk["state"]): boolean => state === "sending" || state === "unknown";

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
    return this.#store.create(entry.key, [[entry.key, entry], ...open, ...chunks.map(chunkChange)]);
  }

  /** Keeps what becomes of a chunk: its request as claimed, its SIMs as in doubt or no longer so. */
  async move(entry: Entry, from: Chunk, change: Partial<Chunk>): Promise<Chunk> {
    const chunk: Chunk = { ...from, ...change };
    const changes: Change[] = [chunkChange(chunk)];
    if (chunk.requestId !== undefined) changes.push([claim(entry.accountId, chunk.requestId), entry.createdAt]);
    const { requestId, sentAt, answeredAt } = chunk;
    if (requestId !== undefined && sentAt !== undefined && answeredAt !== undefined && chunk.wasClockOff !== true)
      changes.push([acknowledged(entry.accountId), { requestId, sentAt, answeredAt } satisfies Acknowledged]);
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
    await this.#store.write([[entry.key, entry], ...changes]);
    return entry;
  }

  /** Nothing is left to do but what the caller may ask for again: then the options are needed once more. */
  async close(entry: Entry, isRepeatable: boolean): Promise<void> {
    const { options, ...kept } = entry;
    await this.#store.write([
      [entry.key, isRepeatable && options ? { ...kept, options } : kept],
      [`open/${entry.id}`, undefined],
    ]);
  }

  async forget(entry: Entry): Promise<void> {
    const chunks = await this.chunks(entry);
    const keys = [entry.key, `open/${entry.id}`, ...chunks.map(chunkKey)];
    // Only its own doubts: another intent may be in doubt about the same SIMs.
    const doubtful = chunks.filter(({ state }) => isInDoubt(state)).flatMap(({ sims }) => sims);
    keys.push(...doubtful.map(({ id }) => `doubt/${entry.accountId}/${id}`));
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

  /** The write to a SIM of which it is not known whether it arrived. */
  async doubtAbout(accountId: string, simId: string): Promise<{ entry: Entry; chunk: Chunk } | undefined> {
    const doubt = (await this.#store.get(`doubt/${accountId}/${simId}`)) as [key: string, index: number] | undefined;
    const entry = doubt && (await this.find(doubt[0]));
    // By its key, not out of all: this is asked for each of thousands of SIMs.
    const chunk =
      entry && ((await this.#store.get(chunkKey({ entry: entry.id, index: doubt[1] }))) as Chunk | undefined);
    return entry && chunk && isInDoubt(chunk.state) ? { entry, chunk } : undefined;
  }

  /** Intents with something left to send or to find out. */
  async unfinished(): Promise<Entry[]> {
    const open = await this.#store.list("open/");
    const entries = await Promise.all(open.map(([, key]) => this.find(key as string)));
    return entries.filter((entry) => entry !== undefined);
  }

  /** Forgets what was made before an instant, whatever became of it. */
  async prune(before: number): Promise<void> {
    for (const [, value] of await this.#store.list("intent/")) {
      const entry = value as Entry;
      if (entry.createdAt < before) await this.forget(entry);
    }
    const old = (await this.#store.list("claim/")).filter(([, createdAt]) => (createdAt as number) < before);
    await this.#store.write(old.map(([key]) => [key, undefined]));
  }
}

const claim = (accountId: string, requestId: string) => `claim/${accountId}/${requestId}`;

const acknowledged = (accountId: string) => `acknowledged/${accountId}`;

const chunkKey = ({ entry, index }: Pick<Chunk, "entry" | "index">) =>
  `chunk/${entry}/${String(index).padStart(6, "0")}`;

const chunkChange = (chunk: Chunk): Change => [chunkKey(chunk), chunk];
