import { type DurableStore } from "../../../common/store/durable-store.ts";
import {
  type Chunk,
  type Entry,
  type Reservation,
  type Unfinished,
  isOpen,
  keys,
  reservationKeysOf,
  timeOf,
} from "./records.ts";
import { type RequestKind } from "../verbs.ts";
import { type Acknowledged } from "../reconciliation/zone-offsets.ts";

/** A chunk with the entry of its command. */
export interface Reserved {
  entry: Entry;
  chunk: Chunk;
}

/** Reads of the ledger, which need no claim. */
export class LedgerReads {
  readonly #store: DurableStore;

  constructor(store: DurableStore) {
    this.#store = store;
  }

  async find(key: string): Promise<Entry | undefined> {
    return (await this.#store.get(key)) as Entry | undefined;
  }

  async chunks({ id }: Entry): Promise<Chunk[]> {
    return (await this.#store.list(keys.chunks(id))).map(([, chunk]) => chunk as Chunk);
  }

  async chunk(place: Pick<Chunk, "entry" | "index">): Promise<Chunk | undefined> {
    return (await this.#store.get(keys.chunk(place))) as Chunk | undefined;
  }

  /** The open chunks that have reserved what a command changes of some SIMs and eSIMs, by id of these. */
  async reservedFor(
    command: Pick<Entry, "accountId" | "verb">,
    names: readonly string[],
  ): Promise<Map<string, readonly Reserved[]>> {
    if (names.length === 0) return new Map();
    const found = await this.#store.getMany(names.flatMap((name) => reservationKeysOf(command, name)));
    const places = [...new Map([...found.values()].map((value) => [keys.chunk(value as Reservation), value])).values()];
    if (places.length === 0) return new Map();
    const wanted = (places as Reservation[]).flatMap((place) => [place.key, keys.chunk(place)]);
    const kept = await this.#store.getMany([...new Set(wanted)]);
    const by = (place: Reservation | undefined): Reserved[] => {
      const entry = place && (kept.get(place.key) as Entry | undefined);
      const chunk = place && (kept.get(keys.chunk(place)) as Chunk | undefined);
      return entry && chunk && entry.id === chunk.entry && isOpen(chunk) ? [{ entry, chunk }] : [];
    };
    const reserved = new Map<string, readonly Reserved[]>();
    for (const name of names) {
      const keysOfName = reservationKeysOf(command, name);
      const ofName = keysOfName.flatMap((key) => by(found.get(key) as Reservation | undefined));
      if (ofName.length > 0) reserved.set(name, ofName);
    }
    return reserved;
  }

  /** Whether a request of KORE's is known to belong to a recorded chunk. */
  async isClaimed(accountId: string, requestId: string, kind?: RequestKind): Promise<boolean> {
    return (await this.#store.get(keys.request(accountId, requestId, kind))) !== undefined;
  }

  /** The request of an account that KORE acknowledged last. */
  async lastAcknowledged(accountId: string): Promise<Acknowledged | undefined> {
    return (await this.#store.get(keys.acknowledged(accountId))) as Acknowledged | undefined;
  }

  /** When a request of KORE's was assigned to a chunk. Milliseconds since the epoch. */
  async acknowledgedAt(accountId: string, requestId: string, kind?: RequestKind): Promise<number | undefined> {
    return timeOf(await this.#store.get(keys.request(accountId, requestId, kind)));
  }

  /** The chunks that are unfinished for some SIMs, by SIM. */
  async unfinishedFor(accountId: string, simIds: readonly string[]): Promise<Map<string, readonly Unfinished[]>> {
    const marks = await this.#store.listMany(simIds.map((id) => keys.unfinishedFor(accountId, id)));
    const ofSim = (id: string) =>
      (marks.get(keys.unfinishedFor(accountId, id)) ?? []).map(([, mark]) => mark as Unfinished);
    return new Map(simIds.map((id) => [id, ofSim(id)]));
  }

  /** Commands with unsent or ambiguous chunks. */
  async unfinished(): Promise<Entry[]> {
    const open = await this.#store.list(keys.open());
    const entries = await this.#store.getMany(open.map(([, key]) => key as string));
    return [...entries.values()] as Entry[];
  }
}
