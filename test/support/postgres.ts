import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, test } from "vitest";

/** Where Debian keeps the programs, newest version first; others have them in PATH. */
const DEBIAN = "/usr/lib/postgresql";

/** The folder of PostgreSQL's programs. */
function postgresPrograms(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...versions.map((v) => join(DEBIAN, v, "bin"))];
  return folders.find((folder) => folder !== "" && existsSync(join(folder, "initdb")));
}

/** PostgreSQL refuses to run as root: then as `postgres`, or as nobody. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: Number(uid) || 65_534, gid: Number(gid) || 65_534 };
}

/** A PostgreSQL of its own, in a temporary folder, at a port of 127.0.0.1. */
export class Postgres {
  readonly port: number;
  /** Of the superuser, who has a password. */
  readonly url: string;
  readonly #programs: string;
  readonly #folder: string;
  #server: ChildProcess | undefined;

  private constructor(programs: string, folder: string, port: number, password: string) {
    this.#programs = programs;
    this.#folder = folder;
    this.port = port;
    this.url = `postgres://kore:${password}@127.0.0.1:${port}/postgres`;
  }

  /** @throws Error when no PostgreSQL is installed */
  static async start(): Promise<Postgres> {
    const programs = postgresPrograms();
    if (programs === undefined) throw new Error("No PostgreSQL is installed");
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-postgres-"));
    const user = unprivileged();
    const password = randomBytes(12).toString("hex");
    await writeFile(join(folder, "password"), password);
    if (user) {
      await chown(folder, user.uid, user.gid);
      await chown(join(folder, "password"), user.uid, user.gid);
    }
    const args = [
      "-D",
      join(folder, "data"),
      "-U",
      "kore",
      "-A",
      "scram-sha-256",
      "-E",
      "UTF8",
      "--locale=C",
      "--no-sync",
    ];
    const made = spawn(join(programs, "initdb"), [...args, `--pwfile=${join(folder, "password")}`], {
      ...user,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    made.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    const [code] = (await once(made, "close")) as [number];
    if (code !== 0) throw new Error(`initdb failed: ${errors}`);
    const postgres = new Postgres(programs, folder, await freePort(), password);
    await postgres.resume();
    return postgres;
  }

  /** A file that its user can read. */
  async file(name: string, content: string): Promise<string> {
    const path = join(this.#folder, name);
    await writeFile(path, content, { mode: 0o600 });
    const user = unprivileged();
    if (user) await chown(path, user.uid, user.gid);
    return path;
  }

  /** Starts it again after a stop; resolves when it answers. @param more settings by their names */
  async resume(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const settings = { port: this.port, listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off" };
    const args = Object.entries({ ...settings, max_connections: 200, deadlock_timeout: "100ms", ...more });
    const server = spawn(
      join(this.#programs, "postgres"),
      ["-D", join(this.#folder, "data"), ...args.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      { ...unprivileged(), cwd: this.#folder, stdio: "ignore" },
    );
    this.#server = server;
    process.once("exit", this.#kill);
    for (;;) {
      if (server.exitCode !== null) throw new Error("PostgreSQL does not start");
      const client = new pg.Client({ connectionString: this.url });
      client.on("error", () => undefined);
      try {
        await client.connect();
        await client.end();
        return;
      } catch {
        await delay(50);
      }
    }
  }

  /** Ends all connections and itself. `crash`: without a word, as a power cut does. */
  async stop({ crash = false } = {}): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    process.off("exit", this.#kill);
    const ended = once(server, "close");
    server.kill(crash ? "SIGQUIT" : "SIGINT");
    await ended;
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

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  readonly #kill = () => void this.#server?.kill("SIGQUIT");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
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
