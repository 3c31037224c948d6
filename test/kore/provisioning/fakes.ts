import { EventEmitter } from "node:events";
import { type Commit, type CommitResult, type DurableStore } from "../../../src/common/store/durable-store.ts";
import { type Page } from "../../../src/common/store/store-pages.ts";
import { ConnectivityApi } from "../../../src/kore/api/connectivity.ts";
import { type ProvisioningVerb } from "../../../src/kore/api/connectivity-types.ts";
import { KoreError } from "../../../src/kore/errors.ts";
import { ObservedRequests } from "../../../src/kore/provisioning/reconciliation/observed-requests.ts";
import { type Api } from "../../../src/kore/api/request-builder.ts";

/** An in-memory store of JSON, ordered by key, for one process at a time. */
export class MemoryStore implements DurableStore {
  readonly retryFor = 0;
  readonly #kept = new Map<string, string>();
  readonly #commits = new EventEmitter().setMaxListeners(0);
  readonly #beside = new Set<string>();
  #starts = 1;
  /** Called before each write; throws to fail it. */
  onWrite: (keys: readonly string[]) => void = () => undefined;
  now: () => number = Date.now;

  get replica(): string {
    return `replica-${this.#starts}`;
  }

  /** Simulates the end of its process. */
  restart(): void {
    this.#starts += 1;
  }

  /** The store of another replica, beside this one. */
  replicaBeside(): DurableStore {
    const replica = `beside-${this.#beside.size + 1}`;
    this.#beside.add(replica);
    return {
      replica,
      retryFor: this.retryFor,
      living: () => this.living(),
      now: () => this.now(),
      get: (key) => this.get(key),
      getMany: (keys) => this.getMany(keys),
      list: (prefix, page) => this.list(prefix, page),
      listMany: (prefixes) => this.listMany(prefixes),
      commit: (commit) => this.commit(commit),
      removeRange: (start, end) => this.removeRange(start, end),
      changed: (keys) => this.changed(keys),
    };
  }

  living(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set([this.replica, ...this.#beside]));
  }

  get(key: string): Promise<unknown> {
    return Promise.resolve(this.#value(key));
  }

  getMany(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    return Promise.resolve(
      new Map(keys.filter((key) => this.#kept.has(key)).map((key) => [key, this.#value(key)] as const)),
    );
  }

  list(prefix: string, { after = "", limit }: Page = { limit: Infinity }): Promise<(readonly [string, unknown])[]> {
    const keys = this.keys().filter((key) => key.startsWith(prefix) && key > after);
    return Promise.resolve(keys.slice(0, limit).map((key) => [key, this.#value(key)] as const));
  }

  async listMany(prefixes: readonly string[]): Promise<Map<string, (readonly [string, unknown])[]>> {
    return new Map(await Promise.all(prefixes.map(async (prefix) => [prefix, await this.list(prefix)] as const)));
  }

  async commit({ by, expect = [], set }: Commit): Promise<CommitResult> {
    await Promise.resolve();
    const hasFence = (key: string, fence: number) =>
      (this.#value(key) as { fence?: number } | undefined)?.fence === fence;
    if (by && !hasFence(by.key, by.fence)) return "fenced";
    const holds = expect.every(([key, is]) => (is === "absent" ? !this.#kept.has(key) : hasFence(key, is.fence)));
    if (!holds) return "conflict";
    this.onWrite(set.map(([key]) => key));
    for (const [key, value] of set) {
      if (value === undefined) this.#kept.delete(key);
      else this.#kept.set(key, JSON.stringify(value));
    }
    if (by) this.#commits.emit(by.key);
    return "done";
  }

  removeRange(start: string, end: string): Promise<void> {
    for (const key of this.keys()) if (key >= start && key < end) this.#kept.delete(key);
    return Promise.resolve();
  }

  changed(keys: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 50);
      for (const key of keys) {
        this.#commits.once(key, () => {
          clearTimeout(timer);
          resolve();
        });
      }
    });
  }

  keys(): string[] {
    return [...this.#kept.keys()].sort();
  }

  /** The whole content as text. */
  text(): string {
    return JSON.stringify([...this.#kept]);
  }

  #value(key: string): unknown {
    const text = this.#kept.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }
}

/** A clock that only sleepers advance. */
export class SleepersClock {
  time: number;
  /** Steps of the system clock. Milliseconds. */
  #stepped = 0;

  constructor(time: number) {
    this.time = time;
  }

  readonly now = (): number => this.time + this.#stepped;

  readonly monotonic = (): number => this.time;

  /** Steps the system clock. */
  step(milliseconds: number): void {
    this.#stepped += milliseconds;
  }

  readonly sleep = async (milliseconds: number): Promise<void> => {
    const until = this.time + milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
    this.time = Math.max(this.time, until);
  };
}

export interface Held {
  id: string;
  type: string;
  /** Subscription ids. */
  sims: string[];
  /** In KORE's form. */
  created: string | undefined;
  status: string;
  body: unknown;
}

const TYPES: Readonly<Record<ProvisioningVerb, string>> = {
  activate: "Activation",
  suspend: "StateChange",
  reactivate: "Reactivation",
  deactivate: "Deactivation",
  "plan-feature-change": "PlanChange",
  terminate: "StateChange",
};

/** A minimal KORE for provisioning requests: accepts them, lists them by SIM, and returns one with its SIMs. */
export class SmallKore {
  readonly held: Held[] = [];
  /** Received requests, without account. */
  readonly asked: string[] = [];
  readonly #clock: SleepersClock;
  /** Handles a POST: `take` creates the request. */
  onPost: (take: () => unknown, post: number) => unknown = (take) => take();
  /** Changes the reply of a list or detail call, or fails it. */
  onGet: (reply: Record<string, unknown>, path: string) => unknown = (reply) => reply;
  /** Status of requests from now on. */
  status = "completed";
  /** Offset of its dates from UTC. Milliseconds. */
  offset = 0;
  readonly observed: ObservedRequests;
  firstPage = 1;
  maxTake = Infinity;
  #posts = 0;

  constructor(clock: SleepersClock) {
    this.#clock = clock;
    this.observed = new ObservedRequests(clock.now);
    this.api = this.apiFor(this.observed);
  }

  readonly api: ConnectivityApi;

  /** The API with one set of credentials. */
  apiFor(observed: ObservedRequests): ConnectivityApi {
    const api: Api = {
      get: async ({ path }) => {
        await Promise.resolve();
        const asked = path.replace("/v1/accounts/acme/provisioning-requests", "");
        this.asked.push(`GET ${asked}`);
        return this.onGet(asked.startsWith("/") ? this.#detail(asked.slice(1)) : this.#list(asked), asked);
      },
      write: async (_method, { path, beforeSending }, body) => {
        await beforeSending?.();
        const verb = path.split("/").at(-1) as ProvisioningVerb;
        this.asked.push(`POST ${verb}`);
        return this.onPost(() => this.take(verb, body), ++this.#posts);
      },
    };
    return new ConnectivityApi(api, undefined, observed);
  }

  posts(): number {
    return this.asked.filter((line) => line.startsWith("POST")).length;
  }

  take(verb: ProvisioningVerb, body: unknown): unknown {
    const { subscriptions } = (body as Record<string, { subscriptions: { "subscription-id": string }[] }>)[verb] ?? {
      subscriptions: [],
    };
    const sims = subscriptions.map((sim) => sim["subscription-id"]);
    const { id } = this.hold({ type: TYPES[verb], sims, body });
    return { status: "submitted", data: { "provisioning-request-id": id } };
  }

  hold(request: Partial<Held> & { sims: string[] }): Held {
    const created = this.dateOf(this.#clock.time);
    const id = `request-${this.held.length + 1}`;
    const held = { id, type: "StateChange", created, status: this.status, body: null, ...request };
    this.held.unshift(held);
    return held;
  }

  /** A time in its zone, without the zone. */
  dateOf(time: number): string {
    return new Date(time + this.offset).toISOString().slice(0, 19);
  }

  #list(query: string): Record<string, unknown> {
    const given = new URLSearchParams(query);
    const found = this.held.filter(({ sims }) => sims.includes(given.get("subscription-id") ?? ""));
    const page = Number(given.get("page") ?? this.firstPage);
    const take = Math.min(Number(given.get("take")), this.maxTake);
    const start = (page - this.firstPage) * take;
    const records = found.slice(start, start + take).map(({ id, type, created, sims, status }) => ({
      "provisioning-request-id": id,
      "request-type": type,
      "date-created": created,
      "number-of-subscriptions": sims.length,
      "request-status": status,
    }));
    return { "total-records": found.length, page, records };
  }

  #detail(id: string): Record<string, unknown> {
    const found = this.held.find((request) => request.id === id);
    if (!found) throw new KoreError("not-found", "no such request", { operation: "GET detail", status: 404 });
    const subscriptions = found.sims.map((sim) => ({ "subscription-id": sim }));
    const { status, created } = found;
    return { "request-type": { "provisioning-request-id": id, status, "date-created": created, subscriptions } };
  }
}

export const lost = () => new KoreError("connection", "cut", { operation: "POST" });
export const limited = (retryAfter: number) =>
  new KoreError("rate-limited", "slowly", { operation: "POST", status: 429, retryAfter });
export const unsent = () => new KoreError("connection", "refused", { operation: "POST", isUnsent: true });
