import { expect } from "vitest";
import { RequestKeyReused } from "../../../../src/kore/idempotency/single-flight.ts";
import { Ledger } from "../../../../src/kore/provisioning/ledger/ledger.ts";
import {
  type ProvisioningCommand,
  type CommandOptions,
  type Plan,
  type RecordValues,
} from "../../../../src/kore/provisioning/command.ts";
import { isRecordVerb } from "../../../../src/kore/provisioning/verbs.ts";
import { type Outcome } from "../../../../src/kore/provisioning/outcome.ts";
import { type Chunk, type Reservation, isOpen, keys } from "../../../../src/kore/provisioning/ledger/records.ts";
import { StoreUnavailable } from "../../../../src/common/store/store-errors.ts";
import { type Engine, type Shared } from "./engines/engine.ts";
import { type Act, type Phase, type KoreBehaviour, type History, type Part } from "./history.ts";
import { type LoopClock } from "./loop-clock.ts";
import { Replica, type Timing, isOutside } from "./replica.ts";
import { type Account } from "./environment.ts";
import { type Submitted, Oracle } from "./oracle.ts";

export interface Scene {
  engine: Engine;
  account: Account;
  clock: LoopClock;
  timing: Timing;
}

/** Runs a history. Throws when KORE has a request that it must not have, or when an outcome was wrong. */
export async function live(history: History, scene: Scene): Promise<void> {
  const shared = await scene.engine.open(scene.account);
  const telling = new Telling(history, scene, shared);
  try {
    for (const phase of history.phases) await telling.phase(phase);
    await telling.end();
  } finally {
    scene.account.calm();
    await telling.killAll();
    await shared.close();
  }
}

/** UTC dates and complete requests, with which ambiguous outcomes are resolved soon. */
const PLAIN: KoreBehaviour = { offset: 0, expandsAfter: 0, expandsFrom: "none", hasForeignRequest: false };
const NO_FAULTS: Part = {
  fates: [],
  isUsedBeforeRecovery: false,
  hasNoNotifications: false,
  clock: 0,
  end: "is killed",
};

class Telling {
  readonly #history: History;
  readonly #scene: Scene;
  readonly #shared: Shared;
  readonly #oracle: Oracle;
  #replicas: Replica[] = [];
  #behaviour = PLAIN;
  #plans = 0;
  #defect: unknown;

  constructor(history: History, scene: Scene, shared: Shared) {
    this.#history = history;
    this.#scene = scene;
    this.#shared = shared;
    this.#oracle = new Oracle(scene.account);
  }

  async phase({ replicas: parts, behaviour, acts }: Phase): Promise<void> {
    this.#behaviour = behaviour;
    const leaving = this.#replicas.splice(parts.length).map((replica) => replica.drain());
    await Promise.all(parts.map((part, place) => this.#begin(part, place)));
    let submitted: Promise<unknown>[] = [];
    for (const [place, act] of acts.entries()) {
      const replica = await this.#at(act.replica % parts.length);
      const answered = Promise.race([this.#submit(act, replica), replica.life.ended]);
      answered.catch(() => undefined); // Another command may start before this one is awaited.
      submitted.push(answered);
      if (acts[place + 1]?.isAtOnce) continue;
      // The last command may be in progress when the phase ends.
      if (place === acts.length - 1 && act.isAtOnce) break;
      await this.#inTime(Promise.all(submitted));
      submitted = [];
    }
    const ends = parts.map((part, place) => this.#finish(part, place));
    await this.#inTime(Promise.all([...submitted, ...ends, ...leaving]));
    this.#noneTwice();
  }

  /** Without faults: repeats every command, after which none may be open or have another outcome. */
  async end(): Promise<void> {
    const { account, engine } = this.#scene;
    account.calm();
    await this.killAll();
    this.#behaviour = PLAIN;
    for (let place = 0; place < engine.replicas; place += 1)
      await this.#begin({ ...NO_FAULTS, isUsedBeforeRecovery: true }, place);
    await this.#allEnds();
    for (const [place, { requestKey }] of this.#history.specs.entries()) {
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

  /** A replica that stays gets other faults. */
  async #begin(part: Part, place: number): Promise<void> {
    const old = this.#replicas[place];
    if (old && !old.life.isOver) old.life.await(part.fates);
    else await this.#start(part, place);
  }

  async #at(place: number): Promise<Replica> {
    const replica = this.#replicas[place];
    return replica && !replica.life.isOver ? replica : this.#start({ ...NO_FAULTS, isUsedBeforeRecovery: true }, place);
  }

  async #start(part: Part, place: number): Promise<Replica> {
    const { account, clock, timing } = this.#scene;
    const replica = await Replica.start(
      {
        ...{ account, clock, timing },
        shared: this.#shared,
        behaviour: this.#behaviour,
        onCommit: this.#oracle.sees,
        onAudit: (requestId) => this.#oracle.isHeld(requestId),
        onDefect: (error) => void (this.#defect ??= error),
      },
      part,
    );
    this.#replicas[place] = replica;
    if (!part.isUsedBeforeRecovery) await this.#inTime(Promise.race([replica.recovery, replica.life.ended]));
    return replica;
  }

  async #finish({ end }: Part, place: number): Promise<void> {
    const replica = this.#replicas[place];
    if (!replica || replica.life.isOver) return;
    if (end === "is killed") await replica.life.die();
    if (end === "is drained") await replica.drain();
  }

  /** On a busy machine even the simulated KORE may reply late, so commands are repeated. */
  async #decided(spec: number): Promise<void> {
    for (let looks = 1; looks <= LOOKS; looks += 1) {
      // A lost change of a record stays uncertain, and blocks its part of the SIMs, where no SIM shows it.
      const mayStay = this.#history.specs.some(({ verb }) => isRecordVerb(verb));
      const mode = looks === LOOKS && !mayStay ? "nothing is uncertain" : undefined;
      const replica = this.#replicas[this.#plans % this.#replicas.length] as Replica;
      const act = { spec, troubles: [], isAtOnce: false, replica: 0 };
      const outcome = await this.#inTime(this.#submit(act, replica, mode));
      if (outcome?.results.every((result) => result.outcome !== "OUTCOME_UNKNOWN")) return;
    }
  }

  /** Without faults no command may be in progress and no SIM reserved after the time that the protocol takes. */
  async #allEnds(): Promise<void> {
    const { clock, engine, timing } = this.#scene;
    const { sendWithin, deadline, visibilityWindowAfterTimeout } = timing;
    const startedAt = clock.now();
    let locks = await this.#shared.list("lock/");
    // At worst the commands run one after the other.
    const longest = engine.ttl + locks.length * (sendWithin + deadline + visibilityWindowAfterTimeout) + UNSENT;
    for (; locks.length > 0; locks = await this.#shared.list("lock/")) {
      if (clock.now() > startedAt + longest) expect.fail(`not ended: ${JSON.stringify(locks)}`);
      await clock.sleep(TICK);
    }
    const chunks = (await this.#shared.list("chunk/")).map(([, chunk]) => chunk as Chunk);
    expect(chunks.filter(({ state }) => state === "planned" || state === "sending")).toEqual([]);
    const open = new Set(chunks.filter(isOpen).map(keys.chunk));
    const ofParts = await Promise.all(["sim/", "sim-additional-fields/"].map((keysOf) => this.#shared.list(keysOf)));
    const reserved = ofParts.flat().map(([, value]) => keys.chunk(value as Reservation));
    expect(reserved.filter((key) => !open.has(key))).toEqual([]);
  }

  async #submit(act: Act, { commands }: Replica, mode?: Submitted["mode"]): Promise<Outcome | undefined> {
    const { account } = this.#scene;
    const spec = this.#history.specs[act.spec];
    if (!spec) throw new Error("Unknown spec");
    const { verb, sims, requestKey, isByState } = spec;
    const submittedAt = Date.now();
    for (const { on, fault } of act.troubles) account.trouble(on, fault);
    const command: ProvisioningCommand = {
      who: "erp",
      accountId: account.id,
      verb,
      requestKey,
      input: [act.spec, ...sims],
    };
    let mark: string | undefined;
    const plan = (): Promise<Plan> => {
      const number = isRecordVerb(verb) ? 0 : ++this.#plans; // A repetition sends the values of its own plan.
      mark = verb === "sim-transfer" ? account.destination(act.spec) : `intent-${number}@spec-${act.spec}.example`;
      const record = recordOf(verb, mark);
      return Promise.resolve({
        sims: sims.map((sim, place) => ({
          place,
          ...commanded(verb, account.sims[sim] as Account["sims"][number]),
          ...(record && { record }),
          ...(isByState && { byState: { outcome: "ALREADY_SATISFIED" as const } }),
        })),
        settled: [],
        options: optionsOf(verb, mark, account),
      });
    };
    const outcome = await commands.submit(command, plan).catch((error: unknown) => {
      if (error instanceof RequestKeyReused) expect(this.#isShared(verb, requestKey)).toBe(true);
      else if (!isOutside(error) || (mode && !(error instanceof StoreUnavailable))) throw error;
    });
    if (!outcome) return undefined;
    const submitted = { key: Ledger.keyOf(command), verb, submittedAt, isRepeatable: requestKey !== null, mark, mode };
    this.#oracle.isTrue(outcome, submitted);
    return outcome;
  }

  #noneTwice(): void {
    if (this.#defect !== undefined) throw this.#defect as Error;
    this.#oracle.noneTwice();
  }

  #isShared(verb: string, requestKey: string | null): boolean {
    return this.#history.specs.filter((spec) => spec.verb === verb && spec.requestKey === requestKey).length > 1;
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    const late = this.#scene.clock.sleep(PATIENCE).then(() => LATE);
    const done = await Promise.race([work, late]);
    if (done === LATE) throw new Error(`Nobody was answered within ${PATIENCE} ms`);
    return done as T;
  }
}

const commanded = (verb: string, { id, iccid, eid }: Account["sims"][number]) =>
  verb === "esim-switch" ? { id: eid, iccid: null, holds: [id] } : { id, iccid };

/** The values by which KORE's request of a command is known. */
function recordOf(verb: string, mark: string): RecordValues | undefined {
  if (verb === "sim-transfer") return { "destination-account-id": mark };
  return verb === "additional-fields" ? { "additional-fields": [{ key: "site", value: mark }] } : undefined;
}

/** `mail-to` or `sku` marks the command in the ledger; KORE gets it with orders only. */
function optionsOf(verb: string, mark: string, { activationProfileId }: Account): CommandOptions {
  if (verb === "esim-switch") return { "activation-profile-id": activationProfileId, sku: mark };
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
 * Total wait between attempts: while KORE cannot be reached or a busy database takes too long to record a sending, and
 * again after a lost lease. Endless loops are still detected. Milliseconds.
 */
const UNSENT = 15_000;
