import { setTimeout } from "node:timers/promises";
import { type Reply } from "../../../support/app.ts";
import { type Caller, type LiveCaller } from "./callers.ts";
import { compare, Violation } from "../oracle/compare.ts";
import { type Random } from "./random.ts";
import { RECOVERY } from "../faults/fault-plan.ts";
import { type CallStats } from "../call-stats.ts";
import { randomRead, type Read } from "./reads.ts";
import { type Oracle } from "../oracle/oracle.ts";

/** State that all callers of a run share. */
export interface Run {
  readonly oracle: Oracle;
  readonly stats: CallStats;
  /** Provisioning requests of recent orders, for followers. */
  readonly recentRequests: { accountId: string; id: string }[];
  /** Aborted at the end of the run, and at the first violation. */
  readonly signal: AbortSignal;
  /** Between two operations of a caller. Milliseconds. */
  readonly pause: number;
}

export const isRunning = ({ signal }: Run): boolean => !signal.aborted;

/**
 * Repeats an undecided write without faults until it is decided. The circuit breaker may still be open: an answer with
 * errors is retried for the recovery time.
 */
export async function retryUntilDecided(
  what: string,
  isDecided: () => boolean,
  ask: () => Promise<Reply>,
): Promise<void> {
  if (isDecided()) return;
  const from = Date.now();
  for (let reply = await ask(); reply.errors || !isDecided(); reply = await ask()) {
    if (Date.now() - from > RECOVERY)
      throw new Violation(`${what} is undecided without faults: ${JSON.stringify(reply.errors ?? reply.data)}`);
    await setTimeout(1_000);
  }
}

/** Reads until the run ends. */
export async function runReader(caller: Caller, random: Random, run: Run): Promise<void> {
  while (isRunning(run)) {
    await setTimeout(random.integer(run.pause / 2, run.pause * 1.5));
    // Sometimes the caller disconnects before the answer.
    const leaves = random.chance(0.02) ? AbortSignal.timeout(random.integer(1, 40)) : undefined;
    for (let question: Read | undefined = randomRead(run.oracle, random); question;)
      question = await read(caller, question, run, leaves);
  }
}

async function read(caller: Caller, question: Read, run: Run, leaves?: AbortSignal): Promise<Read | undefined> {
  const { stats } = run;
  const { name, query, variables, expected, next } = question;
  const askedAt = stats.now();
  const from = Date.now();
  let reply: Reply;
  try {
    reply = await caller.ask({ query, variables }, leaves);
  } catch (error) {
    if (!leaves?.aborted || error instanceof Violation) throw error;
    stats.add("callers who left");
    return undefined;
  }
  stats.record("reads", name, reply, askedAt);
  compare(reply.data ?? null, expected({ from, until: Date.now() }), !reply.errors, `${name} over ${caller.name}`);
  return reply.errors ? undefined : next?.(reply.data as never);
}

const FOLLOW = `subscription ($accountId: ID!, $id: ID!) { provisioningRequestUpdated(accountId: $accountId, id: $id) {
  accountId id status numberOfSubscriptions } }`;
const STATUSES = ["SUBMITTED", "PENDING", "COMPLETED"];
const MAX_WAIT = 60_000;

/** Follows provisioning requests to their end, one after the other. */
export async function runFollower(caller: LiveCaller, random: Random, run: Run): Promise<void> {
  const { oracle, stats, recentRequests, signal, pause } = run;
  while (isRunning(run)) {
    await setTimeout(random.integer(pause, pause * 3));
    const followed = recentRequests.splice(0).at(-1);
    if (!followed) continue;
    const { accountId, id } = followed;
    let last = "nothing";
    const next = ({ data, errors }: Reply) => {
      stats.record("live updates", "provisioningRequestUpdated", { data: data ?? null, ...(errors && { errors }) }, 0);
      const actual = data?.provisioningRequestUpdated as { status: string } | undefined;
      if (!actual) return void (last = "failed");
      const request = oracle.requests(accountId).find((each) => each.id === id);
      if (!request) throw new Violation("a submitted request is not at KORE");
      // The update may be from any time since the request was created, must be a later status than the last one, and one that KORE has reached.
      const span = { from: request.createdAt.getTime(), until: Date.now() };
      compare(actual, oracle.request(accountId, request, span), true, `update over ${caller.name}`);
      if (STATUSES.indexOf(actual.status) <= STATUSES.indexOf(last))
        throw new Violation(`${actual.status} came after ${last}`);
      last = actual.status;
    };
    const until = AbortSignal.any([signal, AbortSignal.timeout(MAX_WAIT)]);
    await caller.watch({ query: FOLLOW, variables: followed }, next, until);
    if (last !== "COMPLETED" && last !== "failed" && isRunning(run)) throw new Violation(`updates ended with ${last}`);
  }
}

const LISTEN = `subscription ($accountId: ID!) { subscriptionStateChanged(accountId: $accountId) {
  accountId subscriptionId rawOldState rawNewState subscription { accountId id iccid } } }`;

interface StateChange {
  accountId: string;
  subscriptionId: string;
  rawOldState: string;
  rawNewState: string;
  subscription: unknown;
}

/** Subscribes to the state changes of an account, and verifies that each was received once. */
export class Listener {
  readonly #accountId: string;
  readonly #caller: LiveCaller;
  readonly #oracle: Oracle;
  readonly #received: string[] = [];
  /** By SIM: the length of its history at the start. */
  #statesBefore = new Map<string, number>();

  constructor(accountId: string, caller: LiveCaller, oracle: Oracle) {
    this.#accountId = accountId;
    this.#caller = caller;
    this.#oracle = oracle;
  }

  async listen(stats: CallStats, signal: AbortSignal): Promise<void> {
    const iccids = this.#oracle.iccids(this.#accountId);
    this.#statesBefore = new Map(
      iccids.map((iccid) => [iccid, this.#oracle.view(this.#accountId, iccid).history.length]),
    );
    const next = (reply: Reply) => {
      stats.record("live updates", "subscriptionStateChanged", reply, 0);
      const actual = reply.data?.subscriptionStateChanged as StateChange | undefined;
      if (!actual) throw new Violation("a change of state came without one");
      const sim = { accountId: this.#accountId, id: actual.subscriptionId, iccid: (iccid: string) => iccid };
      compare(actual.subscription, sim, !reply.errors, `change of state over ${this.#caller.name}`);
      this.#received.push([actual.subscriptionId, actual.rawOldState, actual.rawNewState].join());
    };
    await this.#caller.watch({ query: LISTEN, variables: { accountId: this.#accountId } }, next, signal);
    if (!signal.aborted) throw new Violation("live updates ended by themselves");
  }

  /** Returns the number of changes. @throws Violation */
  verify(): number {
    const happened = [...this.#statesBefore].flatMap(([iccid, past]) => {
      const { subscriptionId, history } = this.#oracle.view(this.#accountId, iccid);
      return history.slice(past).map((state, n) => [subscriptionId, history[past + n - 1], state].join());
    });
    compare([...this.#received].sort(), happened.sort(), true, `changes of state over ${this.#caller.name}`);
    return happened.length;
  }
}
