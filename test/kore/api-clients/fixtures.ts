import { expect } from "vitest";
import { type DurableStore } from "../../../src/common/store/durable-store.ts";
import { ClientsApi } from "../../../src/kore/api/clients.ts";
import { type SecretResult } from "../../../src/kore/api-clients/result.ts";
import { type ClientAuditRecord, ClientWrites } from "../../../src/kore/api-clients/writes.ts";
import { KoreError } from "../../../src/kore/errors.ts";
import { MemoryStore, SleepersClock } from "../provisioning/fakes.ts";

export const MINUTE = 60_000;
export const OWN = "apiclient_own";

interface Held {
  client_id: string;
  account_id: string;
  name: string;
  date_created: string;
}

/** A minimal KORE for API clients: creates and lists them. */
class SmallClientsKore {
  readonly held: Held[] = [];
  readonly asked: string[] = [];
  readonly #clock: SleepersClock;
  /** Handles a creation: `make` creates the client. */
  onCreate: (make: () => unknown) => unknown = (make) => make();
  onRenew: (make: () => unknown) => unknown = (make) => make();
  /** Changes the reply of a list call, or fails it. */
  onList: (reply: Record<string, unknown>, page: number) => unknown = (reply) => reply;
  pageLimit = Infinity;

  constructor(clock: SleepersClock) {
    this.#clock = clock;
    this.hold({ client_id: OWN, name: "kore-graph" }, -1000 * MINUTE);
  }

  readonly api = new ClientsApi({
    get: async ({ path }) => {
      await Promise.resolve();
      this.asked.push(`GET ${path}`);
      const query = new URLSearchParams(path.split("?")[1]);
      if (path.includes("?")) return this.onList(this.#list(query), Number(query.get("page_number")));
      const client = this.held.find(({ client_id }) => path.endsWith(client_id));
      if (!client) throw new KoreError("not-found", "none", { operation: "GET", status: 404 });
      return { client };
    },
    write: async (method, { path, beforeSending }, body) => {
      await beforeSending?.();
      this.asked.push(`${method} ${path}`);
      if (path.endsWith("/renew-key")) return this.onRenew(() => ({ client_id: "x", client_secret: "renewed-secret" }));
      const { name, account_id } = body as { name: string; account_id?: string };
      return this.onCreate(() => {
        const client = this.hold({ name, ...(account_id && { account_id }) });
        return { ...client, date_created: new Date(this.#clock.time).toISOString(), client_secret: "made-secret" };
      });
    },
  });

  hold(client: Partial<Held>, age = 0): Held {
    const date_created = new Date(this.#clock.time + age).toUTCString();
    const client_id = `apiclient_${this.held.length}`;
    const held = { client_id, account_id: "acct_home", name: "Depot", date_created, ...client };
    this.held.push(held);
    return held;
  }

  posts(): number {
    return this.asked.filter((line) => line === "POST /v1/clients").length;
  }

  #list(query: URLSearchParams): Record<string, unknown> {
    const size = Math.min(Number(query.get("page_size")), this.pageLimit);
    const number = Number(query.get("page_number"));
    const clients = this.held.slice((number - 1) * size, number * size);
    const meta = { ...(number * size < this.held.length && { next_page_url: "https://kore.example/next" }) };
    return { meta, clients };
  }
}

/** Real client writes in a minimal environment. */
export class Scene {
  readonly clock = new SleepersClock(Date.UTC(2025, 0, 15, 9));
  readonly kore = new SmallClientsKore(this.clock);
  readonly store = new MemoryStore();
  readonly audited: ClientAuditRecord[] = [];
  readonly notKept: unknown[] = [];
  readonly credentials: string[] = [];
  writes = this.start();

  /** Starts another process on the store. */
  start(): ClientWrites {
    this.store.restart();
    this.store.now = this.clock.now;
    return this.#writesOn(this.store);
  }

  /** Starts another replica beside the first. */
  startBeside(): ClientWrites {
    return this.#writesOn(this.store.replicaBeside());
  }

  #writesOn(store: DurableStore): ClientWrites {
    const { kore, clock } = this;
    return new ClientWrites({
      kore: kore.api,
      store,
      reconciliation: {
        visibilityWindow: 10_000,
        visibilityWindowAfterTimeout: MINUTE,
        now: clock.now,
        monotonic: clock.monotonic,
        sleep: clock.sleep,
      },
      ownClientId: () => OWN,
      credentials: {
        isOwn: (id) => id.toLowerCase() === OWN,
        revoke: () => void this.credentials.push("revoked"),
        expireTokens: () => void this.credentials.push("expired"),
      },
      audit: (record) => this.audited.push(record),
      onRecoveryFailed: (error) => expect.fail(String(error)),
      onNotKept: (error) => this.notKept.push(error),
    });
  }

  create(requestKey: string | null = "key", name = "Depot", by = this.writes): Promise<SecretResult> {
    return by.create({ name, locked: false, scopes: {}, account_id: "acct_home" }, requestKey, { who: "ops" });
  }

  renew(id: string, requestKey: string | null = "key", by = this.writes): Promise<SecretResult> {
    const value = id === OWN ? "kore-graph, which kore-graph itself uses" : "Depot";
    return by.renewKey(id, { value, isForOwnOnly: false }, requestKey, { who: "ops" });
  }

  /** KORE's clients of a name. */
  heldAs(name = "Depot"): Held[] {
    return this.kore.held.filter((held) => held.name === name);
  }

  /** Ends the process during a creation; KORE creates the client or not. */
  async crashInCreation(does: "make" | "lose", requestKey: string | null = "key"): Promise<void> {
    const before = this.kore.posts();
    this.kore.onCreate = (make) => {
      if (does === "make") make();
      return new Promise(() => undefined);
    };
    void this.create(requestKey);
    while (this.kore.posts() === before) await this.clock.sleep(0);
    this.kore.onCreate = (make) => make();
    this.writes = this.start();
  }
}

export const cut = () => new KoreError("connection", "cut", { operation: "POST" });
