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
import { fileError } from "../../config/setting-error.ts";

/** Debian keeps the programs here, one folder a version; other systems have them in PATH. */
const DEBIAN = "/usr/lib/postgresql";

/** The folder of PostgreSQL's programs; undefined when it is not installed. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...versions.map((v) => join(DEBIAN, v, "bin"))];
  return folders.find((folder) => folder !== "" && existsSync(join(folder, "initdb")));
}

/** PostgreSQL refuses to run as root: it then runs as `postgres`, or as nobody. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: Number(uid) || 65_534, gid: Number(gid) || 65_534 };
}

/** PostgreSQL's settings by name. */
type Settings = Readonly<Record<string, string | number>>;

interface ServerOptions {
  programs: string;
  folder: string;
  isDetached: boolean;
  port: number;
  password: string;
}

/**
 * A PostgreSQL server for the demo and tests: temporary folder, free port of 127.0.0.1, random password. It does not sync
 * to the disk, so a power cut may damage its data.
 */
export class TemporaryPostgres {
  readonly port: number;
  /** Of the superuser's database `postgres`. */
  readonly url: string;
  readonly #programs: string;
  readonly #folder: string;
  readonly #isDetached: boolean;
  #server: ChildProcess | undefined;

  private constructor({ programs, folder, isDetached, port, password }: ServerOptions) {
    this.#programs = programs;
    this.#folder = folder;
    this.#isDetached = isDetached;
    this.port = port;
    this.url = `postgres://kore:${password}@127.0.0.1:${port}/postgres`;
  }

  /**
   * @param isDetached true: a Ctrl+C in the terminal does not reach it, so that it can be stopped after its clients
   * @throws SettingError when the folder of temporary files cannot be written
   * @throws Error when no PostgreSQL is installed, or it does not start
   */
  static async start({ isDetached = false } = {}): Promise<TemporaryPostgres> {
    const programs = postgresPrograms();
    if (programs === undefined) throw new Error("No PostgreSQL is installed");
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-postgres-")).catch((error: unknown) => {
      throw fileError("TMPDIR", "written", error);
    });
    const password = randomBytes(12).toString("hex");
    const postgres = new TemporaryPostgres({ programs, folder, isDetached, password, port: await freePort() });
    try {
      const user = unprivileged();
      if (user) await chown(folder, user.uid, user.gid);
      await postgres.#init(await postgres.file("password", password));
      await postgres.resume();
      return postgres;
    } catch (error) {
      await postgres.remove();
      throw error;
    }
  }

  /** A file that its user can read. */
  async file(name: string, content: string): Promise<string> {
    const path = join(this.#folder, name);
    await writeFile(path, content, { mode: 0o600 });
    const user = unprivileged();
    if (user) await chown(path, user.uid, user.gid);
    return path;
  }

  async #init(passwordFile: string): Promise<void> {
    const options = ["-D", join(this.#folder, "data"), "-U", "kore", "-A", "scram-sha-256", `--pwfile=${passwordFile}`];
    const made = this.#spawn("initdb", [...options, "-E", "UTF8", "--locale=C", "--no-sync"]);
    let errors = "";
    made.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
    const [code] = (await once(made, "close")) as [number | null];
    if (code !== 0) throw new Error(`initdb failed: ${errors}`);
  }

  /** Starts the server, also after a stop. Resolves when it accepts connections. */
  async resume(more: Settings = {}): Promise<void> {
    const network = { port: this.port, listen_addresses: "127.0.0.1", unix_socket_directories: "" };
    const settings = { ...network, fsync: "off", max_connections: 200, deadlock_timeout: "100ms", ...more };
    const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const server = this.#spawn("postgres", ["-D", join(this.#folder, "data"), ...options]);
    server.stderr?.resume();
    this.#server = server;
    process.once("exit", this.#kill);
    while (!(await this.#answers())) {
      if (server.exitCode !== null || server.signalCode !== null) throw new Error("PostgreSQL does not start");
      await delay(50);
    }
  }

  async #answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  }

  /** Stops the server, with all connections. `crash`: immediately, without a checkpoint. */
  async stop({ crash = false } = {}): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    process.off("exit", this.#kill);
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "close");
    server.kill(crash ? "SIGQUIT" : "SIGINT");
    await ended;
  }

  /** Stops the server and removes its folder. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #spawn(program: string, args: readonly string[]): ChildProcess {
    const options = { ...unprivileged(), cwd: this.#folder, detached: this.#isDetached };
    return spawn(join(this.#programs, program), args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  }

  readonly #kill = () => void this.#server?.kill("SIGQUIT");
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}
