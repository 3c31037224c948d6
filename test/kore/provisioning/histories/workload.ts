import { expect } from "vitest";
import { RequestKeyReused } from "../../../../src/kore/idempotency/single-flight.ts";
import { Ledger } from "../../../../src/kore/provisioning/ledger/ledger.ts";
import { type ProvisioningCommand, type CommandOptions, type Plan } from "../../../../src/kore/provisioning/command.ts";
import { type Outcome } from "../../../../src/kore/provisioning/outcome.ts";
import { type Chunk, type Reservation, isOpen, keys } from "../../../../src/kore/provisioning/ledger/records.ts";
import { StoreUnavailable } from "../../../../src/common/store-errors.ts";
import { type Engine, type Shared } from "./engines/engine.ts";
import { type Act, type Chapter, type Habits, type History, type Part } from "./history.ts";
import { type LoopClock } from "./loop-clock.ts";
import { Replica, type Timing, isOutside } from "./replica.ts";
import { type Account } from "./environment.ts";
import { type Said, Truth } from "./oracle.ts";

export interface Scene {
  engine: Engine;
  account: Account;
  clock: LoopClock;
  timing: Timing;
}

/** Lives a history through, and throws when KORE ends up with what it must not, or somebody was told what is not so. */
export async function live(history: History, scene: Scene): Promise<void> {
  const shared = await scene.engine.open(scene.account);
  const telling = new Telling(history, scene, shared);
  try {
    for (const chapter of history.chapters) await telling.chapter(chapter);
    await telling.end();
  } finally {
    scene.account.calm();
    await telling.killAll();
    await shared.close();
  }
}

/** Dates in UTC and whole requests: nothing stays in doubt for long. */
const PLAIN: Habits = { offset: 0, expandsAfter: 0, expandsFrom: "none", hasStranger: false };
const UNHARMED: Part = { fates: [], isHasty: false, isDeaf: false, clock: 0, end: "is killed" };

class Telling {
  readonly #history: History;
  readonly #scene: Scene;
  readonly #shared: Shared;
  readonly #truth: Truth;
  #replicas: Replica[] = [];
  #habits = PLAIN;
  #plans = 0;
  #defect: unknown;

  constructor(history: History, scene: Scene, shared: Shared) {
    this.#history = history;
    this.#scene = scene;
    this.#shared = shared;
    this.#truth = new Truth(scene.account);
  }

  async chapter({ replicas: parts, habits, acts }: Chapter): Promise<void> {
    this.#habits = habits;
    const leaving = this.#replicas.splice(parts.length).map((replica) => replica.drain());
    await Promise.all(parts.map((part, place) => this.#begin(part, place)));
    let said: Promise<unknown>[] = [];
    for (const [place, act] of acts.entries()) {
      const replica = await this.#at(act.replica % parts.length);
      const answered = Promise.race([this.#say(act, replica), replica.life.ended]);
      answered.catch(() => undefined); // Before it is waited for, another may have to be started.
      said.push(answered);
      if (acts[place + 1]?.isAtOnce) continue;
      // What was said last may be under way when the chapter ends.
      if (place === acts.length - 1 && act.isAtOnce) break;
      await this.#inTime(Promise.all(said));
      said = [];
    }
    const ends = parts.map((part, place) => this.#finish(part, place));
    await this.#inTime(Promise.all([...said, ...ends, ...leaving]));
    this.#noneTwice();
  }

  /** KORE is well again: everything is said once more, and nothing may be left open or have changed. */
  async end(): Promise<void> {
    const { account, engine } = this.#scene;
    account.calm();
    await this.killAll();
    this.#habits = PLAIN;
    for (let place = 0; place < engine.replicas; place += 1) await this.#begin({ ...UNHARMED, isHasty: true }, place);
    await this.#allEnds();
    for (const [place, { requestKey }] of this.#history.wishes.entries()) {
      if (requestKey === null) continue;
      await this.#decided(place);
      await this.#decided(place);
    }
    await this.#allEnds();
    this.#noneTwice();
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#replicas.map(({ life }) => life.die()));
  }

  /** A replica that stays has other fates from here on. */
  async #begin(part: Part, place: number): Promise<void> {
    const old = this.#replicas[place];
    if (old && !old.life.isOver) old.life.await(part.fates);
    else await this.#start(part, place);
  }

  async #at(place: number): Promise<Replica> {
    const replica = this.#replicas[place];
    return replica && !replica.life.isOver ? replica : this.#start({ ...UNHARMED, isHasty: true }, place);
  }

  async #start(part: Part, place: number): Promise<Replica> {
    const { account, clock, timing } = this.#scene;
    const replica = await Replica.start(
      {
        ...{ account, clock, timing },
        shared: this.#shared,
        habits: this.#habits,
        onCommit: this.#truth.sees,
        onAudit: (requestId) => this.#truth.isHeld(requestId),
        onDefect: (error) => void (this.#defect ??= error),
      },
      part,
    );
    this.#replicas[place] = replica;
    if (!part.isHasty) await this.#inTime(Promise.race([replica.recovery, replica.life.ended]));
    return replica;
  }

  async #finish({ end }: Part, place: number): Promise<void> {
    const replica = this.#replicas[place];
    if (!replica || replica.life.isOver) return;
    if (end === "is killed") await replica.life.die();
    if (end === "is drained") await replica.drain();
  }

  /** A machine that is busy elsewhere may answer us too late, even as KORE: asking again looks again. */
  async #decided(wish: number): Promise<void> {
    for (let looks = 1; looks <= LOOKS; looks += 1) {
      const mode = looks === LOOKS ? "nothing is uncertain" : undefined;
      const replica = this.#replicas[this.#plans % this.#replicas.length] as Replica;
      const act = { wish, troubles: [], isAtOnce: false, replica: 0 };
      const outcome = await this.#inTime(this.#say(act, replica, mode));
      if (outcome?.results.every((result) => result.outcome !== "OUTCOME_UNKNOWN")) return;
    }
  }

  /** Nothing goes wrong any more: within the time that the protocol takes nobody is at work and no SIM is held for nothing. */
  async #allEnds(): Promise<void> {
    const { clock, engine, timing } = this.#scene;
    const { sendWithin, deadline, visibilityWindowAfterTimeout } = timing;
    const startedAt = clock.now();
    let locks = await this.#shared.list("lock/");
    // An intent after the other, at worst.
    const longest = engine.ttl + locks.length * (sendWithin + deadline + visibilityWindowAfterTimeout) + UNSENT;
    for (; locks.length > 0; locks = await this.#shared.list("lock/")) {
      if (clock.now() > startedAt + longest) expect.fail(`not ended: ${JSON.stringify(locks)}`);
      await clock.sleep(TICK);
    }
    const chunks = (await this.#shared.list("chunk/")).map(([, chunk]) => chunk as Chunk);
    expect(chunks.filter(({ state }) => state === "planned" || state === "sending")).toEqual([]);
    const open = new Set(chunks.filter(isOpen).map(keys.chunk));
    const reserved = (await this.#shared.list("sim/")).map(([, value]) => keys.chunk(value as Reservation));
    expect(reserved.filter((key) => !open.has(key))).toEqual([]);
  }

  async #say(act: Act, { orders }: Replica, mode?: Said["mode"]): Promise<Outcome | undefined> {
    const { account } = this.#scene;
    const wish = this.#history.wishes[act.wish];
    if (!wish) throw new Error("Nobody's wish");
    const { verb, sims, requestKey, isByState } = wish;
    const saidAt = Date.now();
    for (const { on, fault } of act.troubles) account.trouble(on, fault);
    const intent: ProvisioningCommand = {
      who: "erp",
      accountId: account.id,
      verb,
      requestKey,
      input: [act.wish, ...sims],
    };
    let mark: string | undefined;
    const plan = (): Promise<Plan> => {
      mark = `intent-${++this.#plans}@wish-${act.wish}.example`;
      return Promise.resolve({
        sims: sims.map((sim, place) => ({
          place,
          ...(account.sims[sim] as Account["sims"][number]),
          ...(isByState && { byState: { outcome: "ALREADY_SATISFIED" as const } }),
        })),
        settled: [],
        options: optionsOf(verb, mark),
      });
    };
    const outcome = await orders.submit(intent, plan).catch((error: unknown) => {
      if (error instanceof RequestKeyReused) expect(this.#isShared(verb, requestKey)).toBe(true);
      else if (!isOutside(error) || (mode && !(error instanceof StoreUnavailable))) throw error;
    });
    if (!outcome) return undefined;
    const said = { key: Ledger.keyOf(intent), verb, saidAt, isRepeatable: requestKey !== null, mark, mode };
    this.#truth.isTrue(outcome, said);
    return outcome;
  }

  #noneTwice(): void {
    if (this.#defect !== undefined) throw this.#defect as Error;
    this.#truth.noneTwice();
  }

  #isShared(verb: string, requestKey: string | null): boolean {
    return this.#history.wishes.filter((wish) => wish.verb === verb && wish.requestKey === requestKey).length > 1;
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    const late = this.#scene.clock.sleep(PATIENCE).then(() => LATE);
    const done = await Promise.race([work, late]);
    if (done === LATE) throw new Error(`Nobody was answered within ${PATIENCE} ms`);
    return done as T;
  }
}

function optionsOf(verb: string, mark: string): CommandOptions {
  return {
    "mail-to": mark,
    ...(verb === "activate" && { "activation-state": "active" }),
    ...(verb === "plan-feature-change" && { "activation-profile-id": "any" }),
  };
}

const PATIENCE = 15_000;
const LATE = Symbol("late");
const LOOKS = 4;
const TICK = 20;

/**
 * How long attempts may be apart in all: where KORE cannot be reached, or a busy database takes longer for the mark than
 * it may, and once more when the lease is lost meanwhile. What never ends is found all the same. Milliseconds.
 */
const UNSENT = 15_000;
