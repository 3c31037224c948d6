import { randomUUID } from "node:crypto";
import pg from "pg";
import { within } from "../../../../common/within.ts";
import { StoreUnavailable } from "../../../../common/store/store-errors.ts";
import { SettingError } from "../../../config/setting-error.ts";
import {
  type Database,
  type DatabaseOptions,
  answerTimeout,
  toStoreError,
  connectionConfig,
  reconnectDelay,
  prepareSession,
  statement,
} from "../database.ts";

/** A pooler drops notifications. */
export class PoolerError extends SettingError {
  constructor() {
    super(
      "DATABASE_URL: notifications of PostgreSQL do not arrive. A pooler in transaction mode drops them: name PostgreSQL itself, or a pooler in session mode",
    );
  }
}

type Handler = (payload: string) => void;

/** Of the check at the start. Milliseconds. */
const CHECK_TIMEOUT = 2_000;

/**
 * The connection that receives notifications. It reconnects when it is lost; handlers of `onRestored` then read what was
 * notified meanwhile. Heartbeats use it as well: in the pool they might wait for slow statements, and they detect a
 * connection that is dead without an error.
 */
export class Notifications {
  readonly #options: DatabaseOptions;
  readonly #connection: pg.ClientConfig;
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #restored = new Set<() => void>();
  #client: pg.Client | undefined;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @throws SettingError */
  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#connection = connectionConfig(options);
  }

  /** @throws StoreUnavailable when the first connection fails */
  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      throw toStoreError(error);
    }
  }

  get isOpen(): boolean {
    return this.#client !== undefined;
  }

  /** Calls a handler for each notification of a channel. The returned function ends it. */
  async listen(channel: string, handler: Handler): Promise<() => void> {
    const handlers = this.#handlers.get(channel) ?? new Set<Handler>();
    const isNew = handlers.size === 0;
    handlers.add(handler);
    this.#handlers.set(channel, handlers);
    // Without a connection, the next one listens.
    if (isNew) await this.#client?.query(`listen ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
    return () => {
      handlers.delete(handler);
      if (handlers.size > 0 || this.#handlers.get(channel) !== handlers) return;
      this.#handlers.delete(channel);
      void this.#client?.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
    };
  }

  /** Called after each new connection but the first, once it listens. */
  onRestored(handler: () => void): void {
    this.#restored.add(handler);
  }

  /** @throws StoreUnavailable; the statement may have been executed */
  async query<Row extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: readonly unknown[],
    timeout = answerTimeout(this.#options),
  ): Promise<Row[]> {
    const client = this.#client;
    if (!client) throw new StoreUnavailable("The database (DATABASE_URL) cannot be reached");
    const startedAt = performance.now();
    try {
      return (await client.query<Row>(statement(name, text, values, timeout))).rows;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) this.#lose(client);
      throw toStoreError(error);
    } finally {
      this.#options.onStatement?.(name, performance.now() - startedAt);
    }
  }

  /** @throws PoolerMistake when a notification that is sent over the pool does not arrive */
  async check(database: Database, maxWait = CHECK_TIMEOUT): Promise<void> {
    const channel = `kore_graph_check_${randomUUID().replaceAll("-", "")}`;
    let arrive: () => void = () => undefined;
    const arrived = new Promise<true>((resolve) => (arrive = () => resolve(true)));
    const end = await this.listen(channel, arrive);
    try {
      await database.query("select pg_notify($1, '')", [channel], { name: "check" });
      if (!(await within(maxWait, arrived, false))) throw new PoolerError();
    } finally {
      end();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client(this.#connection);
    client.on("error", () => this.#lose(client));
    client.on("end", () => this.#lose(client));
    client.on("notification", ({ channel, payload = "" }) => {
      for (const handler of this.#handlers.get(channel) ?? []) handler(payload);
    });
    try {
      await client.connect();
      await prepareSession(client, this.#options);
      const listens = [...this.#handlers.keys()].map((channel) => `listen ${pg.escapeIdentifier(channel)}`);
      if (listens.length > 0) await client.query(listens.join("; "));
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
    if (this.#isClosed) void client.end().catch(() => undefined);
    else this.#client = client;
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    void client.end().catch(() => undefined);
    this.#reconnect();
  }

  #reconnect(): void {
    if (this.#isClosed) return;
    this.#failures += 1;
    this.#retry = setTimeout(() => {
      this.#connect().then(
        () => {
          this.#failures = 0;
          for (const handler of this.#restored) handler();
        },
        () => this.#reconnect(),
      );
    }, reconnectDelay(this.#failures));
  }
}
