import { randomUUID } from "node:crypto";
import type pg from "pg";
import { Database, type DatabaseOptions } from "../../../../../src/server/storage/postgres/database.ts";
import { Lease } from "../../../../../src/server/storage/postgres/lease.ts";
import { ensureSchema } from "../../../../../src/server/storage/postgres/migrate.ts";
import { Notifications } from "../../../../../src/server/storage/postgres/replicas/notifications.ts";
import { PostgresStore } from "../../../../../src/server/storage/postgres/store.ts";
import { type Engine, type Link } from "./engine.ts";

const TTL = 400;

/** Several replicas on PostgreSQL, each with a lease of its own, on shared connections. Closed by the returned function. */
export async function postgresAt(url: string): Promise<[Engine, () => Promise<void>]> {
  const options: DatabaseOptions = { url, maxConnections: 24, connectTimeout: 20_000 };
  const database = new Database(options);
  const notifications = new Notifications(options);
  await ensureSchema(database, true);
  await notifications.open();
  const engine: Engine = {
    name: "PostgreSQL",
    replicas: 3,
    ttl: TTL,
    async open() {
      const target = randomUUID();
      const opened = async (link: Link) => {
        const linked = new LinkedNotifications(options, notifications, link);
        const lease = new Lease(linked, database, { target, ttl: TTL });
        return { lease, store: await PostgresStore.open({ database, notifications: linked, lease, target }) };
      };
      const { store: reader } = await opened({ beat: (work) => work(), hasNoNotifications: true });
      return {
        async join(link) {
          const { lease, store } = await opened(link);
          await lease.start();
          return { store, leave: () => lease.stop() };
        },
        list: (prefix) => reader.list(prefix),
        close: () => Promise.resolve(),
      };
    },
  };
  const close = async () => {
    await notifications.close();
    await database.close();
  };
  return [engine, close];
}

/** A replica's view of the shared connection for heartbeats and notifications. */
class LinkedNotifications extends Notifications {
  readonly #all: Notifications;
  readonly #link: Link;

  constructor(options: DatabaseOptions, all: Notifications, link: Link) {
    super(options);
    this.#all = all;
    this.#link = link;
  }

  /** A late heartbeat must not close the shared connection. */
  override query<Row extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    return this.#link.beat(() => this.#all.query<Row>(name, text, values));
  }

  override listen(channel: string, handler: (payload: string) => void): Promise<() => void> {
    return this.#all.listen(channel, (payload) => {
      if (!this.#link.hasNoNotifications) handler(payload);
    });
  }
}
