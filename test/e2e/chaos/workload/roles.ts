import { setTimeout } from "node:timers/promises";
import { type Reply } from "../../../support/app.ts";
import { type Caller, type LiveCaller } from "./callers.ts";
import { compare, Violation } from "../oracle/compare.ts";
import { type Random } from "./random.ts";
import { RECOVERY } from "../faults/fault-plan.ts";
import { type CallStats } from "../call-stats.ts";
import { randomRead, type Read } from "./reads.ts";
import { type Oracle } from "../oracle/oracle.ts";

/** What all callers of a run share. */
export interface Run {
  readonly oracle: Oracle;
  readonly stats: CallStats;
  /** Requests that writers were told of lately: something to follow. */
  readonly recentRequests: { accountId: string; id: string }[];
  /** Aborted when callers are to come to an end, and at the first lie. */
  readonly signal: AbortSignal;
  /** Between two operations of a caller. Milliseconds. */
  readonly pause: number;
}

export const isRunning = ({ signal }: Run): boolean => !signal.aborted;

/**
 * KORE is well: what is not decided is asked again and must be decided. The graph may leave KORE alone for a moment still,
 * and says so; who is told to ask again does, for as long as an outage may be felt.
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
      throw new Violation(`${what} is undecided in fair schedule: ${JSON.stringify(reply.errors ?? reply.data)}`);
    await setTimeout(1_000);
  }
}

/** Asks one thing after another, until all is over. */
export async function runReader(caller: Caller, random: Random, run: Run): Promise<void> {
  while (isRunning(run)) {
    await setTimeout(random.integer(run.pause / 2, run.pause * 1.5));
    // Now and then a caller does not wait for the answer.
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
const PATIENCE = 60_000;

/** Watches one provisioning request after another to its end. */
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
      const told = data?.provisioningRequestUpdated as { status: string } | undefined;
      if (!told) return void (last = "failed");
      const request = oracle.requests(accountId).find((each) => each.id === id);
      if (!request) throw new Violation("what was submitted is not at KORE");
      // KORE was asked at any time since it was made; what is told must be a step forward, and no step ahead of KORE.
      const span = { from: request.createdAt.getTime(), until: Date.now() };
      compare(told, oracle.request(accountId, request, span), true, `update over ${caller.name}`);
      if (STATUSES.indexOf(told.status) <= STATUSES.indexOf(last))
        throw new Violation(`${told.status} was told after ${last}`);
      last = told.status;
    };
    const until = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
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

/** Listens to an account for as long as it may; what it heard is then what happened there, each change once. */
export class Listener {
  readonly #accountId: string;
  readonly #caller: LiveCaller;
  readonly #oracle: Oracle;
  readonly #received: string[] = [];
  /** By SIM: how many states it had gone through when the listening began. */
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
      const told = reply.data?.subscriptionStateChanged as StateChange | undefined;
      if (!told) throw new Violation("a change of state came without one");
      const sim = { accountId: this.#accountId, id: told.subscriptionId, iccid: (iccid: string) => iccid };
      compare(told.subscription, sim, !reply.errors, `change of state over ${this.#caller.name}`);
      this.#received.push([told.subscriptionId, told.rawOldState, told.rawNewState].join());
    };
    await this.#caller.watch({ query: LISTEN, variables: { accountId: this.#accountId } }, next, signal);
    if (!signal.aborted) throw new Violation("live updates ended by themselves");
  }

  /** How many changes it heard. */
  verify(): number {
    const happened = [...this.#statesBefore].flatMap(([iccid, past]) => {
      const { subscriptionId, history } = this.#oracle.view(this.#accountId, iccid);
      return history.slice(past).map((state, n) => [subscriptionId, history[past + n - 1], state].join());
    });
    compare([...this.#received].sort(), happened.sort(), true, `changes of state over ${this.#caller.name}`);
    return happened.length;
  }
}
