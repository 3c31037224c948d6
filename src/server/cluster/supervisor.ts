import cluster, { type Worker } from "node:cluster";
import { type Logger } from "../log.ts";
import { type Calls, Channel } from "./channel.ts";

/** What every worker says of itself, whatever else it asks. */
export type FromWorker = {
  /** From here on it hears what it is told. Gives the address at which the primary answers workers, once it does. */
  hello: (nothing: null) => Promise<{ address: string }>;
  ready: (at: { url: string }) => void;
  /** It could not start and will end. */
  failed: (why: { message: string; code?: string | undefined }) => void;
};

/** What every worker is told. */
export type ToWorker = Calls & { stop: (nothing: null) => void };

/** A worker could not start. `code`: that of the system, where it was its error. */
class WorkerFailed extends Error {
  override readonly name = "WorkerFailed";
  readonly code: string | undefined;
  constructor({ message, code }: { message: string; code?: string | undefined }) {
    super(message);
    this.code = code;
  }
}

export interface SupervisorOptions {
  count: number;
  /** What a worker runs. */
  program: { exec: string; args: string[] };
  /** Where the primary answers them, once it does. */
  address: Promise<string>;
  /** Answers one worker; `end` is called when it is gone. */
  serve: () => { calls: Calls; end: () => void };
  /** Told of each that is gone without having been told to. */
  onLost: () => void;
  log: Logger;
}

/** From a worker's end to its replacement: doubled by each that comes to nothing. Milliseconds. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;
/** Who lived so long did not die of its start. Milliseconds. */
const WELL_AFTER = 10_000;

interface Member<Theirs extends Calls> {
  readonly worker: Worker;
  readonly channel: Channel<Theirs>;
  readonly gone: Promise<void>;
  hears: boolean;
}

/** Starts workers on one port, puts new ones in the place of those that die, and ends them. */
export class Supervisor<Theirs extends ToWorker> {
  readonly #options: SupervisorOptions;
  readonly #members = new Set<Member<Theirs>>();
  readonly #pauses = new Set<NodeJS.Timeout>();
  #failures = 0;
  #isStopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Resolves with the address that all share. @throws WorkerFailed when one cannot start */
  async start(): Promise<string> {
    cluster.setupPrimary(this.#options.program);
    const starting = Array.from({ length: this.#options.count }, () => this.#launch());
    const [url = ""] = await Promise.all(starting);
    this.#options.log.info({ workers: starting.length }, "workers answer queries");
    return url;
  }

  /** Asks all. Who does not answer in time is passed over, or ended: then it can do nothing any more with what it missed. */
  async askAll<Name extends keyof Theirs & string>(
    name: Name,
    payload: Parameters<Theirs[Name]>[0],
    { within, isVital }: { within: number; isVital: boolean },
  ): Promise<Awaited<ReturnType<Theirs[Name]>>[]> {
    const asked = [...this.#members].filter(({ hears }) => hears);
    const answers = asked.map(async ({ worker, channel }) => {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<[]>((resolve) => {
        timer = setTimeout(() => {
          if (isVital) this.#kill(worker);
          resolve([]);
        }, within);
      });
      // Who is gone has nothing to say.
      const answer = channel.ask(name, payload).then(
        (value) => [value],
        () => [],
      );
      return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
    });
    return (await Promise.all(answers)).flat();
  }

  /** Has all finish what they have begun. Who takes longer is ended. Milliseconds. */
  async stop(within: number): Promise<void> {
    this.#isStopping = true;
    for (const pause of this.#pauses) clearTimeout(pause);
    const patience = setTimeout(() => {
      for (const { worker } of this.#members) worker.process.kill("SIGKILL");
    }, within);
    for (const { worker, channel, hears } of this.#members) {
      if (hears) channel.tell("stop", null);
      else worker.process.kill("SIGKILL"); // Nobody has been let in yet.
    }
    await Promise.all([...this.#members].map(({ gone }) => gone));
    clearTimeout(patience);
  }

  #kill(worker: Worker): void {
    this.#options.log.error("a worker did not answer and is ended");
    worker.process.kill("SIGKILL");
  }

  #launch(): Promise<string> {
    const { serve, address, log } = this.#options;
    return new Promise((ready, failed) => {
      const worker = cluster.fork();
      const { calls, end } = serve();
      let readyAt: number | undefined;
      const own: FromWorker = {
        async hello() {
          const answer = { address: await address };
          member.hears = true;
          return answer;
        },
        ready: ({ url }) => {
          readyAt = performance.now();
          ready(url);
        },
        failed: (why) => failed(new WorkerFailed(why)),
      };
      const pipe = {
        send: (frame: object) => void worker.send(frame, () => undefined), // That it is gone is heard otherwise.
        receive: (listener: (frame: unknown) => void) => void worker.on("message", listener),
      };
      const channel = new Channel<Theirs>(pipe, { ...calls, ...own }, (err) =>
        log.error({ err }, "a worker could not be answered"),
      );
      const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
      const member: Member<Theirs> = { worker, channel, gone, hears: false };
      this.#members.add(member);
      // Such as a connection that could not be handed to it any more. It is replaced when it ends.
      worker.on("error", (err) => log.warn({ err }, "a worker could not be reached"));
      worker.once("exit", (code: number | null, signal: string | null) => {
        this.#members.delete(member);
        channel.close();
        end();
        failed(new WorkerFailed({ message: `A worker ended before it was ready (${signal ?? String(code)})` }));
        if (readyAt !== undefined && !this.#isStopping)
          this.#replace(performance.now() - readyAt, signal ?? String(code));
      });
    });
  }

  #replace(lived: number, reason: string): void {
    this.#options.onLost();
    this.#options.log.error({ reason }, "a worker has ended; another takes its place");
    this.#failures = lived < WELL_AFTER ? this.#failures + 1 : 0;
    this.#launchLater();
  }

  #launchLater(): void {
    const pause = setTimeout(
      () => {
        this.#pauses.delete(pause);
        this.#launch().catch((err: unknown) => {
          if (this.#isStopping) return;
          this.#options.log.error({ err }, "no worker could be put in its place yet");
          this.#failures += 1;
          this.#launchLater();
        });
      },
      Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures),
    );
    this.#pauses.add(pause);
  }
}
