import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import {
  type Commit,
  type CommitResult,
  type DurableStore,
  type Expectation,
} from "../../../../../src/common/store/durable-store.ts";
import { StoreUnavailable } from "../../../../../src/common/store/store-errors.ts";
import { type LoopClock } from "../loop-clock.ts";
import { type Engine, type Joined, type Link, type Shared } from "./engine.ts";

const TTL = 240;
const BEAT = TTL / 4;
/** Share of the TTL by which a lease ends earlier at its replica. */
const MARGIN = 0.1;

/** Several replicas with the database's rules in memory: fast, and by a clock without stalls. */
export const memory = (clock: LoopClock): Engine => ({
  name: "memory",
  replicas: 3,
  ttl: TTL,
  open: () => Promise.resolve(new Memory(clock)),
});

class Memory implements Shared {
  readonly clock: LoopClock;
  readonly commits = new EventEmitter().setMaxListeners(0);
  /** As JSON, so that replicas share no objects. */
  readonly #kept = new Map<string, string>();
  /** End of each lease, by replica. */
  readonly leases = new Map<string, number>();

  constructor(clock: LoopClock) {
    this.clock = clock;
  }

  async join(link: Link): Promise<Joined> {
    const replica = new MemoryReplica(this, link);
    await replica.start();
    return { store: replica, leave: () => replica.leave() };
  }

  isLiving(replica: string): boolean {
    return (this.leases.get(replica) ?? -Infinity) > this.clock.now();
  }

  get(key: string): unknown {
    const text = this.#kept.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }

  list(prefix: string) {
    const keys = [...this.#kept.keys()].filter((key) => key.startsWith(prefix)).sort();
    return Promise.resolve(keys.map((key) => [key, this.get(key)] as const));
  }

  commit({ by, expect = [], set }: Commit, replica: string): CommitResult {
    if (!this.isLiving(replica) || (by && this.#fenceOf(by.key) !== by.fence)) return "fenced";
    if (!expect.every((one) => this.#holds(one))) return "conflict";
    for (const [key, value] of set) {
      if (value === undefined) this.#kept.delete(key);
      else this.#kept.set(key, JSON.stringify(value));
    }
    for (const key of [...(by ? [by.key] : []), ...expect.map(([key]) => key)]) this.commits.emit(key);
    return "done";
  }

  removeRange(start: string, end: string): void {
    for (const key of [...this.#kept.keys()]) if (key >= start && key < end) this.#kept.delete(key);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #holds([key, is]: Expectation): boolean {
    return is === "absent" ? !this.#kept.has(key) : this.#fenceOf(key) === is.fence;
  }

  #fenceOf(key: string): unknown {
    return (Object(this.get(key)) as { fence?: unknown }).fence;
  }
}

class MemoryReplica implements DurableStore {
  readonly #memory: Memory;
  readonly #link: Link;
  #id: string = randomUUID();
  /** Undefined without a lease. */
  #endsAt: number | undefined;
  #hasLeft = false;

  constructor(memory: Memory, link: Link) {
    this.#memory = memory;
    this.#link = link;
  }

  async start(): Promise<void> {
    await this.#beat();
    void this.#keepBeating();
  }

  leave(): Promise<void> {
    this.#hasLeft = true;
    this.#memory.leases.delete(this.#id);
    this.#endsAt = undefined;
    return Promise.resolve();
  }

  get replica(): string {
    if (this.#endsAt !== undefined && this.now() >= this.#endsAt) {
      this.#endsAt = undefined;
      this.#id = randomUUID();
    }
    return this.#id;
  }

  get retryFor(): number {
    return this.#endsAt === undefined ? 0 : Math.max(0, this.#endsAt - this.now());
  }

  now(): number {
    return this.#memory.clock.now();
  }

  async living(): Promise<ReadonlySet<string>> {
    await turn();
    return new Set([...this.#memory.leases.keys()].filter((id) => this.#memory.isLiving(id)));
  }

  async get(key: string): Promise<unknown> {
    await turn();
    return this.#memory.get(key);
  }

  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    await turn();
    return new Map(keys.map((key) => [key, this.#memory.get(key)] as const).filter(([, value]) => value !== undefined));
  }

  async list(prefix: string): Promise<(readonly [string, unknown])[]> {
    await turn();
    return this.#memory.list(prefix);
  }

  async listMany(prefixes: readonly string[]) {
    await turn();
    return new Map(await Promise.all(prefixes.map(async (one) => [one, await this.#memory.list(one)] as const)));
  }

  async removeRange(start: string, end: string): Promise<void> {
    await turn();
    this.#memory.removeRange(start, end);
  }

  async commit(commit: Commit): Promise<CommitResult> {
    const { replica } = this;
    if (commit.by && commit.by.replica !== replica) return "fenced";
    if (this.#endsAt === undefined) throw new StoreUnavailable("This replica has no lease");
    await turn();
    const result = this.#memory.commit(commit, replica);
    await turn();
    return result;
  }

  async changed(keys: readonly string[], patience: number): Promise<void> {
    const { commits, clock } = this.#memory;
    let wake: () => void = () => undefined;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    if (!this.#link.hasNoNotifications) for (const key of keys) commits.on(key, wake);
    await Promise.race([woken, clock.sleep(patience)]);
    for (const key of keys) commits.off(key, wake);
  }

  async #keepBeating(): Promise<void> {
    while (!this.#hasLeft) {
      await this.#memory.clock.sleep(BEAT);
      await this.#beat().catch(() => undefined);
    }
  }

  /** A late heartbeat does not revive a lease: a new one begins. */
  async #beat(): Promise<void> {
    const { clock, leases } = this.#memory;
    for (;;) {
      const id = this.replica;
      const isNew = this.#endsAt === undefined;
      const sentAt = clock.now();
      const isHeld = await this.#link.beat(async () => {
        await turn();
        if (!isNew && !this.#memory.isLiving(id)) return false;
        leases.set(id, clock.now() + TTL);
        await turn();
        return true;
      });
      if (this.#hasLeft) return;
      const endsAt = sentAt + TTL * (1 - MARGIN);
      if (isHeld && id === this.replica && clock.now() < endsAt) {
        this.#endsAt = endsAt;
        return;
      }
      this.#endsAt = undefined;
      this.#id = randomUUID();
    }
  }
}

/** Lets other operations run first, as the latency of a database does. */
async function turn(): Promise<void> {
  for (let hops = Math.floor(Math.random() * 3); hops >= 0; hops -= 1) await new Promise(setImmediate);
}
