import * as fc from "fast-check";
import { type CommandVerb, isRecordVerb } from "../../../../src/kore/provisioning/verbs.ts";
import { type Fault } from "../../../../src/simulator/index.ts";
import { type Fate } from "./fault-schedule.ts";

/** A command, which may be submitted many times. SIMs are indexes among those of the account. */
interface CommandSpec {
  verb: CommandVerb;
  sims: readonly number[];
  /** Two specs of one verb may have the same key. */
  requestKey: string | null;
  /** Whether the SIMs are in the wanted state. */
  isByState: boolean;
}

/** A fault of KORE's for calls of this account. */
interface Trouble {
  on: "POST" | "list" | "detail";
  fault: Fault;
}

/** Submits a command during faults. */
export interface Act {
  spec: number;
  troubles: readonly Trouble[];
  /** Whether it is submitted without waiting for the commands before. */
  isAtOnce: boolean;
  /** Index of the replica. */
  replica: number;
}

/** A replica in one phase. */
export interface Part {
  fates: readonly Fate[];
  /** Whether it gets commands before its recovery has ended. */
  isUsedBeforeRecovery: boolean;
  /** Whether it gets no notifications. */
  hasNoNotifications: boolean;
  /** Offset of its monotonic clock. Milliseconds. */
  clock: number;
  /** Whether it continues in the next phase, or is replaced. */
  end: "stays" | "is killed" | "is drained";
}

/** How KORE shows requests. It documents neither the time zone nor when it expands a request. */
export interface KoreBehaviour {
  /** Offset of its dates from UTC in this phase, in minutes; summer time begins or ends between phases. */
  offset: number;
  /** Number of reads after which a request names all SIMs; before, it names none or half of them. */
  expandsAfter: number;
  expandsFrom: "none" | "half";
  /** Whether each SIM's list has a foreign request of the same SIMs from three hours ago. */
  hasForeignRequest: boolean;
}

export interface Phase {
  /** Replicas of the phase. A dead one is started again for its next command. */
  replicas: readonly Part[];
  behaviour: KoreBehaviour;
  acts: readonly Act[];
}

export interface History {
  specs: readonly CommandSpec[];
  phases: readonly Phase[];
}

export const SIMS = 4;
/** Duration of slow replies, beyond our deadline, so that KORE processes aborted calls. Milliseconds. */
export const SLOW = 150;

const verb = fc.constantFrom<CommandVerb>(
  ...(["suspend", "terminate", "activate", "plan-feature-change", "esim-switch"] as const),
  ...(["additional-fields", "sim-transfer"] as const),
);

const anySpec: fc.Arbitrary<CommandSpec> = fc.record({
  verb,
  sims: fc.uniqueArray(fc.nat(SIMS - 1), { minLength: 1, maxLength: SIMS }),
  requestKey: fc.constantFrom("a", "b", null),
  isByState: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

/** Changes of records have a key: without one, a repetition after the end is a new command with the same values. */
const spec = anySpec.map((one): CommandSpec =>
  isRecordVerb(one.verb) ? { ...one, requestKey: one.requestKey ?? "a" } : one,
);

const lostReply = fc.constantFrom<Fault>(
  { effect: "drop", when: "before" },
  { effect: "drop", when: "after" },
  { effect: "drop", when: "during" },
  { effect: "truncate" },
  { effect: "empty" },
  { effect: "html" },
  { effect: "latency", ms: SLOW },
);
const status = fc.record({
  effect: fc.constant("status" as const),
  status: fc.constantFrom(500, 502, 504),
  processed: fc.boolean(),
});
const refusal = fc.constantFrom<Fault>({ effect: "status", status: 400 }, { effect: "status", status: 401 });
const unreadable = fc.constantFrom<Fault>(
  { effect: "drop", when: "before" },
  { effect: "status", status: 500 },
  { effect: "status", status: 404 },
  { effect: "truncate" },
  { effect: "wrong-types" },
  { effect: "latency", ms: SLOW },
);
/** Once each, because repeated 429s would cause waits that are too long for a test. */
const tooMany = fc.constant<Fault>({ effect: "status", status: 429, retryAfter: 0, times: 1 });
const after = fc.constantFrom(0, 0, 0, 1);
const sometimes = fc.record({ after, times: fc.integer({ min: 1, max: 4 }) });
/** KORE's list is read many times, so only lasting faults leave an outcome unknown. */
const lasting = fc.record({ after, times: fc.constantFrom(1, 2, 100) });

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 3, arbitrary: troubleOn("POST", fc.oneof(lostReply, status, refusal), sometimes) },
  { weight: 1, arbitrary: troubleOn("POST", tooMany, fc.record({ after })) },
  { weight: 2, arbitrary: troubleOn("list", unreadable, lasting) },
  { weight: 1, arbitrary: troubleOn("detail", unreadable, lasting) },
);

function troubleOn(
  on: Trouble["on"],
  fault: fc.Arbitrary<Fault>,
  often: fc.Arbitrary<Pick<Fault, "after" | "times">>,
): fc.Arbitrary<Trouble> {
  return fc.tuple(fault, often).map(([what, when]) => ({ on, fault: { ...what, ...when } }));
}

/** Kills, stops and cuts. Of two at one operation the first is applied. */
const fatesWithin = (ttl: number): fc.Arbitrary<Fate[]> =>
  fc.array(
    fc.record({
      at: fc.integer({ min: 1, max: 40 }),
      how: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom<Fate["how"]>("killed before", "killed during", "killed after") },
        { weight: 2, arbitrary: fc.constantFrom<Fate["how"]>("stopped before", "stopped after") },
        { weight: 3, arbitrary: fc.constantFrom<Fate["how"]>("cut", "answer lost", "request lost", "request late") },
      ),
      lasts: fc.constantFrom(0, ttl / 4, ttl * 1.5),
    }),
    { maxLength: 3 },
  );

/** Offsets of a zone with and without summer time. */
const zone = fc.constantFrom([0, 0], [0, 60], [-300, -240], [345, 345], [-600, -600]);

const behaviourIn = (offsets: readonly number[]): fc.Arbitrary<KoreBehaviour> =>
  fc.record({
    offset: fc.constantFrom(...offsets),
    expandsAfter: fc.constantFrom(0, 0, 1, 3, 100),
    expandsFrom: fc.constantFrom("none", "half"),
    hasForeignRequest: fc.boolean(),
  });

/** @param most concurrent replicas @param ttl of a lease; milliseconds */
export function historyOf(most: number, ttl: number): fc.Arbitrary<History> {
  const part: fc.Arbitrary<Part> = fc.record({
    fates: fatesWithin(ttl),
    isUsedBeforeRecovery: fc.boolean(),
    hasNoNotifications: fc.oneof(
      { weight: 4, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    clock: fc.constantFrom(0, 7 * 60_000, -11 * 60_000),
    end: fc.constantFrom("is killed", "is drained", "stays"),
  });
  return fc.tuple(zone, fc.array(spec, { minLength: 1, maxLength: 4 })).chain(([offsets, specs]) => {
    const act: fc.Arbitrary<Act> = fc.record({
      spec: fc.nat(specs.length - 1),
      troubles: fc.array(trouble, { maxLength: 2 }),
      isAtOnce: fc.boolean(),
      replica: fc.nat(most - 1),
    });
    const phase: fc.Arbitrary<Phase> = fc.record({
      replicas: fc.array(part, { minLength: 1, maxLength: most }),
      behaviour: behaviourIn(offsets),
      acts: fc.array(act, { minLength: 1, maxLength: 3 + most }),
    });
    return fc.record({
      specs: fc.constant(specs),
      phases: fc.array(phase, { minLength: 1, maxLength: 3 }),
    });
  });
}
