import * as fc from "fast-check";
import { type ProvisioningVerb } from "../../../../src/kore/api/connectivity.ts";
import { type Fault } from "../../../../src/simulator/index.ts";
import { type Fate } from "./fault-schedule.ts";

/** Somebody's wish, which may be said many times. SIMs are places among those of the account. */
interface Wish {
  verb: ProvisioningVerb;
  sims: readonly number[];
  /** Two wishes of one verb may carry the same key. */
  requestKey: string | null;
  /** Whether the SIMs' states say that they are as wanted. */
  isByState: boolean;
}

/** What goes wrong at KORE, wherever it comes to pass in this account. */
interface Trouble {
  on: "POST" | "list" | "detail";
  fault: Fault;
}

/** Says a wish, while something goes wrong. */
export interface Act {
  wish: number;
  troubles: readonly Trouble[];
  /** Without waiting for the answer to what was said before. */
  isAtOnce: boolean;
  /** The place of the replica that it is said to. */
  replica: number;
}

/** A replica in one chapter. */
export interface Part {
  fates: readonly Fate[];
  /** Is spoken to before it has taken up what others left. */
  isHasty: boolean;
  /** No notification reaches it. */
  isDeaf: boolean;
  /** How far its monotonic clock is from that of others. Milliseconds. */
  clock: number;
  /** How the chapter ends for it: the next one has it still, or another in its place. */
  end: "stays" | "is killed" | "is drained";
}

/** How KORE shows requests: it states neither zone nor when it has expanded a request. */
export interface Habits {
  /** How far its dates are from UTC in this chapter, in minutes: summer time begins or ends between chapters. */
  offset: number;
  /** Looks at a request after which it names all SIMs; before, it names none, or half of them. */
  expandsAfter: number;
  expandsFrom: "none" | "half";
  /** Whether each SIM's list holds a request of the same SIMs that somebody else made three hours ago. */
  hasStranger: boolean;
}

export interface Chapter {
  /** Those that there are in it; one that is dead by then is started again when something is said to it. */
  replicas: readonly Part[];
  habits: Habits;
  acts: readonly Act[];
}

export interface History {
  wishes: readonly Wish[];
  chapters: readonly Chapter[];
}

export const SIMS = 4;
/** How long KORE takes when it is slow: longer than our deadline, so that it works after we have given up. */
export const SLOW = 150;

const verb = fc.constantFrom<ProvisioningVerb>("suspend", "terminate", "activate", "plan-feature-change");

const wish: fc.Arbitrary<Wish> = fc.record({
  verb,
  sims: fc.uniqueArray(fc.nat(SIMS - 1), { minLength: 1, maxLength: SIMS }),
  requestKey: fc.constantFrom("a", "b", null),
  isByState: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

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
/** Once each: whoever is told so again and again waits longer and longer, and longer than a test can. */
const tooMany = fc.constant<Fault>({ effect: "status", status: 429, retryAfter: 0, times: 1 });
const after = fc.constantFrom(0, 0, 0, 1);
const sometimes = fc.record({ after, times: fc.integer({ min: 1, max: 4 }) });
/** KORE's list is looked at many times before it is given up, so only a lasting trouble leaves something unknown. */
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

/** Kills, stops and cuts. Of two at one operation the first comes to pass. */
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

/** Of a zone, with and without summer time. */
const zone = fc.constantFrom([0, 0], [0, 60], [-300, -240], [345, 345], [-600, -600]);

const habitsIn = (offsets: readonly number[]): fc.Arbitrary<Habits> =>
  fc.record({
    offset: fc.constantFrom(...offsets),
    expandsAfter: fc.constantFrom(0, 0, 1, 3, 100),
    expandsFrom: fc.constantFrom("none", "half"),
    hasStranger: fc.boolean(),
  });

/** @param most replicas at once @param ttl of a lease; milliseconds */
/** @param most replicas at once @param ttl of a lease; milliseconds */
export function historyOf(most: number, ttl: number): fc.Arbitrary<History> {
  const part: fc.Arbitrary<Part> = fc.record({
    fates: fatesWithin(ttl),
    isHasty: fc.boolean(),
    isDeaf: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    clock: fc.constantFrom(0, 7 * 60_000, -11 * 60_000),
    end: fc.constantFrom("is killed", "is drained", "stays"),
  });
  return fc.tuple(zone, fc.array(wish, { minLength: 1, maxLength: 4 })).chain(([offsets, wishes]) => {
    const act: fc.Arbitrary<Act> = fc.record({
      wish: fc.nat(wishes.length - 1),
      troubles: fc.array(trouble, { maxLength: 2 }),
      isAtOnce: fc.boolean(),
      replica: fc.nat(most - 1),
    });
    const chapter: fc.Arbitrary<Chapter> = fc.record({
      replicas: fc.array(part, { minLength: 1, maxLength: most }),
      habits: habitsIn(offsets),
      acts: fc.array(act, { minLength: 1, maxLength: 3 + most }),
    });
    return fc.record({
      wishes: fc.constant(wishes),
      chapters: fc.array(chapter, { minLength: 1, maxLength: 3 }),
    });
  });
}
