import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, test } from "vitest";
import { TemporaryPostgres, postgresPrograms } from "../../../src/server/storage/postgres/temporary-postgres.ts";

/** A PostgreSQL of its own, which tests stop, crash and look into. */
export class Postgres {
  readonly #server: TemporaryPostgres;

  private constructor(server: TemporaryPostgres) {
    this.#server = server;
  }

  /** @throws Error when no PostgreSQL is installed */
  static async start(): Promise<Postgres> {
    return new Postgres(await TemporaryPostgres.start());
  }

  get port(): number {
    return this.#server.port;
  }

  /** Of the superuser. */
  get url(): string {
    return this.#server.url;
  }

  /** A file that its user can read. */
  file(name: string, content: string): Promise<string> {
    return this.#server.file(name, content);
  }

  /** Starts it again after a stop; resolves when it answers. @param more settings by their names */
  resume(more?: Readonly<Record<string, string>>): Promise<void> {
    return this.#server.resume(more);
  }

  /** Ends all connections and itself. `crash`: without a word, as a power cut does. */
  stop(options?: { crash?: boolean }): Promise<void> {
    return this.#server.stop(options);
  }

  async restart(options?: { crash?: boolean }): Promise<void> {
    await this.stop(options);
    await this.resume();
  }

  /** One statement as superuser. */
  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** The address of an empty database on this server. */
  async database(name = `test_${randomBytes(6).toString("hex")}`): Promise<string> {
    await this.query(`create database ${name}`);
    return this.url.replace(/postgres$/, name);
  }

  remove(): Promise<void> {
    return this.#server.remove();
  }
}

/** Tests that need a PostgreSQL. Without one they fail under CI, and elsewhere they are skipped and it is said. */
export function describePostgres(name: string, tests: (postgres: () => Postgres) => void): void {
  if (postgresPrograms() === undefined) {
    if (process.env.CI) {
      test(`${name}: PostgreSQL is installed`, () => {
        throw new Error("These tests need PostgreSQL's programs (initdb) in PATH or below /usr/lib/postgresql");
      });
    } else {
      process.stderr.write(`PostgreSQL is not installed: "${name}" is skipped\n`);
      describe.skip(name, () => tests(() => undefined as never));
    }
    return;
  }
  describe(name, () => {
    let postgres: Postgres;
    beforeAll(async () => {
      postgres = await Postgres.start();
    });
    afterAll(() => postgres.remove());
    tests(() => postgres);
  });
}
