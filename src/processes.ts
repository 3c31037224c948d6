import cluster from "node:cluster";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Change, type Kore, type Lender, type Loan, lend } from "./kore/index.ts";
import { type FromWorker, Supervisor } from "./server/cluster/supervisor.ts";
import { ConfigMistake } from "./server/config/mistake.ts";
import { type Allowances, type Source } from "./server/limits/index.ts";
import { type Logger } from "./server/log.ts";
import { type MetricsJson, type Telemetry } from "./server/telemetry/index.ts";

/*
 * One graph in several processes. Workers answer queries; one primary has all of which there may be one only: the
 * ledger and whoever writes, KORE's tokens and budget, what callers may use up, subscriptions and webhooks.
 */

/** What a worker asks of the primary. */
export type ToPrimary = FromWorker & {
  token: Lender["token"];
  replacement: Lender["replacement"];
  turn: Lender["turn"];
  over: Lender["over"];
  slow: Lender["slow"];
  /** The ledger is the primary's. */
  isJustAcknowledged: (ref: { accountId: string; requestId: string }) => Promise<boolean>;
  /** Of an allowance that there is. */
  advance: (ask: {
    of: keyof Allowances;
    caller: string;
    points: number;
    wantsMore: boolean;
  }) => ReturnType<Source["advance"]>;
};

/** What the primary asks of a worker. */
export type ToWorker = {
  /** Answered when nobody is told any more what was read before. */
  changed: (change: Change) => void;
  metrics: (nothing: null) => Promise<MetricsJson>;
  stop: (nothing: null) => void;
};

/** What of the primary is there for workers, too. */
interface Shared {
  kore: Kore;
  allowances: Allowances<Source>;
  isJustAcknowledged: (accountId: string, requestId: string) => Promise<boolean>;
}

/** The name of the command that a worker runs. */
export const WORKER = "worker";

/** The same from src and from dist. */
const MAIN = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "main.ts" : "main.js", import.meta.url));

/** Who is silent for so long may show what is old, and is ended: a write is not answered before. Milliseconds. */
const MAX_SILENCE_MS = 2_000;
/** Metrics of who is silent are left out. Milliseconds. */
const MAX_METRICS_MS = 1_000;
/** Beyond the time that a stop has, in which workers cut off what they have left. Milliseconds. */
const LAST_WORDS_MS = 1_000;

/** The workers as the primary sees them. */
export class Workers {
  /** Where the primary listens for them: a socket in a folder that only this user may enter. */
  readonly address: string;
  readonly #folder: string;
  readonly #supervisor: Supervisor<ToWorker>;
  readonly #started: Promise<string>;
  #shared: Shared | undefined;
  #open = (): void => undefined;

  private constructor(folder: string, count: number, telemetry: Telemetry, log: Logger) {
    this.#folder = folder;
    this.address = join(folder, "primary.sock");
    const opened = new Promise<void>((resolve) => (this.#open = resolve));
    this.#supervisor = new Supervisor({
      count,
      program: { exec: MAIN, args: [WORKER] },
      address: opened.then(() => this.address),
      serve: () => this.#serve(),
      onLost: () => telemetry.metrics?.workerLost(),
      log,
    });
    this.#started = this.#supervisor.start();
    this.#started.catch(() => undefined); // Heard of when it is waited for.
    telemetry.metrics?.join(() => this.#supervisor.askAll("metrics", null, { within: MAX_METRICS_MS, isVital: false }));
  }

  /** They begin to start at once, and let nobody in before there is what they share. @throws ConfigMistake */
  static async open(count: number, telemetry: Telemetry, log: Logger): Promise<Workers> {
    if (!cluster.isPrimary) {
      throw new ConfigMistake("PROCESSES: must be 1 where something else runs this as one of several processes");
    }
    return new Workers(await mkdtemp(join(tmpdir(), "kore-graph-")), count, telemetry, log);
  }

  /** Resolves when no worker tells anybody any more what was read before. Never rejects. */
  readonly changed = async (change: Change): Promise<void> => {
    await this.#supervisor.askAll("changed", change, { within: MAX_SILENCE_MS, isVital: true });
  };

  /** Resolves with the address of all, once they have started. @throws WorkerFailed */
  start(shared: Shared): Promise<string> {
    this.#shared = shared;
    this.#open();
    return this.#started;
  }

  /** Has them finish what they have begun, within milliseconds. */
  async stop(within: number): Promise<void> {
    await this.#supervisor.stop(within + LAST_WORDS_MS);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** What one worker is answered. It asks for nothing before it was told the address. */
  #serve() {
    let loan: Loan | undefined;
    const shared = () => {
      if (!this.#shared) throw new Error("a worker asks for what is not there yet");
      return this.#shared;
    };
    const lender = () => (loan ??= lend(shared().kore.common));
    const calls: Omit<ToPrimary, keyof FromWorker> = {
      token: (family) => lender().token(family),
      replacement: (ask) => lender().replacement(ask),
      turn: (ask) => lender().turn(ask),
      over: (end) => lender().over(end),
      slow: (told) => lender().slow(told),
      isJustAcknowledged: ({ accountId, requestId }) => shared().isJustAcknowledged(accountId, requestId),
      advance({ of, caller, points, wantsMore }) {
        const source = shared().allowances[of];
        if (!source) throw new Error("a worker counts what is not counted");
        return source.advance(caller, points, wantsMore);
      },
    };
    return { calls, end: () => loan?.end() };
  }
}
