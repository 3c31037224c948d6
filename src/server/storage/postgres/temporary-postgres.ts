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

/** Where Debian keeps the programs, newest version first; others have them in PATH. */
const DEBIAN = "/usr/lib/postgresql";

/** The folder of PostgreSQL's programs; undefined when it is not installed. */
export function postgresPrograms(): string | undefined {
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

/** A setting of PostgreSQL's by its name. */
type Settings = Readonly<Record<string, string | number>>;

/**
 * A PostgreSQL for a demo or tests: in a temporary folder, at a port of 127.0.0.1, with a password of its own. It does not
 * sync to the disk, so a power cut may damage it.
 */
export class TemporaryPostgres {
  readonly port: number;
  /** Of the superuser's database `postgres`. */
  readonly url: string;
  readonly #programs: string;
  readonly #folder: string;
  readonly #isDetached: boolean;
  #server: ChildProcess | undefined;

  private constructor(programs: string, folder: string, isDetached: boolean, port: number, password: string) {
    this.#programs = programs;
    this.#folder = folder;
    this.#isDetached = isDetached;
    this.port = port;
    this.url = `postgres://kore:${password}@127.0.0.1:${port}/postgres`;
  }

  /**
   * @param isDetached whether a Ctrl+C in the terminal does not reach it, so that it ends after what works with it
   * @throws Error when no PostgreSQL is installed, or it does not start
   */
  static async start({ isDetached = false } = {}): Promise<TemporaryPostgres> {
    const programs = postgresPrograms();
    if (programs === undefined) throw new Error("No PostgreSQL is installed");
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-postgres-"));
    const password = randomBytes(12).toString("hex");
    const postgres = new TemporaryPostgres(programs, folder, isDetached, await freePort(), password);
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

  /** Starts it again after a stop; resolves when it answers. */
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

  /** Ends all connections and itself. `crash`: without a word, as a power cut does. */
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

  /** Stops it, and removes all that it kept. */
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
