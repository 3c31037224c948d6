import { setTimeout } from "node:timers/promises";
import { type Reply } from "../../support/app.ts";
import { type Caller, type LiveCaller } from "./callers.ts";
import { compare, Lie } from "./compare.ts";
import { type Dice } from "./dice.ts";
import { RECOVERY } from "./forecast.ts";
import { type Tally } from "./measure.ts";
import { anyRead, type Question } from "./reads.ts";
import { type Truth } from "./truth.ts";

/** What all callers of a run share. */
export interface Stage {
  readonly truth: Truth;
  readonly tally: Tally;
  /** Requests that writers were told of lately: something to follow. */
  readonly news: { accountId: string; id: string }[];
  /** Aborted when callers are to come to an end, and at the first lie. */
  readonly over: AbortSignal;
  /** Between two operations of a caller. Milliseconds. */
  readonly pause: number;
}

export const goesOn = ({ over }: Stage): boolean => !over.aborted;

/**
 * KORE is well: what is not decided is asked again and must be decided. The graph may leave KORE alone for a moment still,
 * and says so; who is told to ask again does, for as long as an outage may be felt.
 */
export async function untilDecided(what: string, isDecided: () => boolean, ask: () => Promise<Reply>): Promise<void> {
  if (isDecided()) return;
  const from = Date.now();
  for (let reply = await ask(); reply.errors || !isDecided(); reply = await ask()) {
    if (Date.now() - from > RECOVERY)
      throw new Lie(`${what} is undecided in fair weather: ${JSON.stringify(reply.errors ?? reply.data)}`);
    await setTimeout(1_000);
  }
}

/** Asks one thing after another, until all is over. */
export async function reader(caller: Caller, dice: Dice, stage: Stage): Promise<void> {
  while (goesOn(stage)) {
    await setTimeout(dice.whole(stage.pause / 2, stage.pause * 1.5));
    // Now and then a caller does not wait for the answer.
    const leaves = dice.chance(0.02) ? AbortSignal.timeout(dice.whole(1, 40)) : undefined;
    for (let question: Question | undefined = anyRead(stage.truth, dice); question;)
      question = await read(caller, question, stage, leaves);
  }
}

async function read(
  caller: Caller,
  question: Question,
  stage: Stage,
  leaves?: AbortSignal,
): Promise<Question | undefined> {
  const { tally } = stage;
  const { name, query, variables, expected, next } = question;
  const askedAt = tally.now();
  const from = Date.now();
  let reply: Reply;
  try {
    reply = await caller.ask({ query, variables }, leaves);
  } catch (error) {
    if (!leaves?.aborted || error instanceof Lie) throw error;
    tally.add("callers who left");
    return undefined;
  }
  tally.hear("reads", name, reply, askedAt);
  compare(reply.data ?? null, expected({ from, until: Date.now() }), !reply.errors, `${name} over ${caller.name}`);
  return reply.errors ? undefined : next?.(reply.data as never);
}

const FOLLOW = `subscription ($accountId: ID!, $id: ID!) { provisioningRequestUpdated(accountId: $accountId, id: $id) {
  accountId id status numberOfSubscriptions } }`;
const STATUSES = ["SUBMITTED", "PENDING", "COMPLETED"];
const PATIENCE = 60_000;

/** Watches one provisioning request after another to its end. */
export async function follower(caller: LiveCaller, dice: Dice, stage: Stage): Promise<void> {
  const { truth, tally, news, over, pause } = stage;
  while (goesOn(stage)) {
    await setTimeout(dice.whole(pause, pause * 3));
    const followed = news.splice(0).at(-1);
    if (!followed) continue;
    const { accountId, id } = followed;
    let last = "nothing";
    const next = ({ data, errors }: Reply) => {
      tally.hear("live updates", "provisioningRequestUpdated", { data: data ?? null, ...(errors && { errors }) }, 0);
      const told = data?.provisioningRequestUpdated as { status: string } | undefined;
      if (!told) return void (last = "failed");
      const request = truth.requests(accountId).find((each) => each.id === id);
      if (!request) throw new Lie("what was submitted is not at KORE");
      // KORE was asked at any time since it was made; what is told must be a step forward, and no step ahead of KORE.
      const span = { from: request.createdAt.getTime(), until: Date.now() };
      compare(told, truth.request(accountId, request, span), true, `update over ${caller.name}`);
      if (STATUSES.indexOf(told.status) <= STATUSES.indexOf(last))
        throw new Lie(`${told.status} was told after ${last}`);
      last = told.status;
    };
    const until = AbortSignal.any([over, AbortSignal.timeout(PATIENCE)]);
    await caller.watch({ query: FOLLOW, variables: followed }, next, until);
    if (last !== "COMPLETED" && last !== "failed" && goesOn(stage)) throw new Lie(`updates ended with ${last}`);
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
  readonly #truth: Truth;
  readonly #heard: string[] = [];
  /** By SIM: how many states it had gone through when the listening began. */
  #past = new Map<string, number>();

  constructor(accountId: string, caller: LiveCaller, truth: Truth) {
    this.#accountId = accountId;
    this.#caller = caller;
    this.#truth = truth;
  }

  async listen(tally: Tally, signal: AbortSignal): Promise<void> {
    const iccids = this.#truth.iccids(this.#accountId);
    this.#past = new Map(iccids.map((iccid) => [iccid, this.#truth.view(this.#accountId, iccid).history.length]));
    const next = (reply: Reply) => {
      tally.hear("live updates", "subscriptionStateChanged", reply, 0);
      const told = reply.data?.subscriptionStateChanged as StateChange | undefined;
      if (!told) throw new Lie("a change of state came without one");
      const sim = { accountId: this.#accountId, id: told.subscriptionId, iccid: (iccid: string) => iccid };
      compare(told.subscription, sim, !reply.errors, `change of state over ${this.#caller.name}`);
      this.#heard.push([told.subscriptionId, told.rawOldState, told.rawNewState].join());
    };
    await this.#caller.watch({ query: LISTEN, variables: { accountId: this.#accountId } }, next, signal);
    if (!signal.aborted) throw new Lie("live updates ended by themselves");
  }

  /** How many changes it heard. */
  reckon(): number {
    const happened = [...this.#past].flatMap(([iccid, past]) => {
      const { subscriptionId, history } = this.#truth.view(this.#accountId, iccid);
      return history.slice(past).map((state, n) => [subscriptionId, history[past + n - 1], state].join());
    });
    compare([...this.#heard].sort(), happened.sort(), true, `changes of state over ${this.#caller.name}`);
    return happened.length;
  }
}
