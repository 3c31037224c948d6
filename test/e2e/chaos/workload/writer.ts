import { setTimeout } from "node:timers/promises";
import { type Caller } from "./callers.ts";
import { Violation } from "../oracle/compare.ts";
import { type Random } from "./random.ts";
import { isRunning, type Run, retryUntilDecided } from "./roles.ts";
import { type Oracle } from "../oracle/oracle.ts";
import { type Verb } from "./verbs.ts";
import { type Answer, OrderHistory, type OrderSpec } from "./order-history.ts";

/** How an order is placed. */
const MANNERS = ["once", "once", "once", "twice at once", "with a rival", "after a rehearsal", "and leaves"] as const;

const TRIES = 3;

interface Call {
  readonly verb: Verb;
  readonly operation: ReturnType<OrderHistory["operation"]>;
  readonly caller: Caller;
  readonly signal?: AbortSignal;
}

/** Places orders for the SIMs of an account, one after the other, and checks their outcomes. */
export class Writer {
  readonly accountId: string;
  readonly orders: OrderHistory[] = [];
  readonly #callers: readonly [Caller, Caller];
  readonly #random: Random;
  readonly #oracle: Oracle;

  constructor(accountId: string, callers: readonly [Caller, Caller], random: Random, oracle: Oracle) {
    this.accountId = accountId;
    this.#callers = callers;
    this.#random = random;
    this.#oracle = oracle;
  }

  async run(run: Run): Promise<void> {
    const { pause, recentRequests } = run;
    while (isRunning(run)) {
      await setTimeout(this.#random.integer(pause, pause * 4));
      const order = this.#newOrder();
      await this.#placeInManner(order, run);
      // Orders with a request key are repeated.
      for (let tries = 1; order.spec.requestKey && !order.isDecided() && tries < TRIES && isRunning(run); tries += 1) {
        await setTimeout(this.#random.integer(200, 2000));
        await this.#place(order, run);
      }
      for (const id of order.requestIds) recentRequests.push({ accountId: this.accountId, id });
    }
  }

  /** Without faults: every order must be decided, and no request may exist twice at KORE. */
  async verify(run: Run): Promise<void> {
    for (const order of this.orders) {
      const { mark, requestKey } = order.spec;
      if (requestKey !== null)
        await retryUntilDecided(
          mark,
          () => order.isDecided(),
          () => this.#place(order, run),
        );
      order.verify();
    }
  }

  async #placeInManner(order: OrderHistory, run: Run): Promise<void> {
    const { verb } = order.spec;
    const [caller] = this.#callers;
    switch (this.#random.pick(MANNERS)) {
      case "once":
        await this.#place(order, run);
        return;
      case "twice at once": {
        const answers = this.#callers.map((caller) =>
          this.#answer({ verb, operation: order.operation(), caller }, run),
        );
        order.record(...(await Promise.all(answers)));
        return;
      }
      case "with a rival": {
        const rival = this.#newOrder(order.spec.iccids);
        await Promise.all([this.#place(order, run), this.#place(rival, run)]);
        return;
      }
      case "after a rehearsal":
        order.recordDryRun(await this.#answer({ verb, operation: order.dryRun(), caller }, run));
        await this.#place(order, run);
        return;
      case "and leaves": {
        const leaves = AbortSignal.timeout(this.#random.integer(1, 400));
        const answer = await this.#answer({ verb, operation: order.operation(), caller, signal: leaves }, run).catch(
          (error: unknown) => {
            if (!leaves.aborted || error instanceof Violation) throw error;
            run.stats.add("callers who left");
            order.abandon();
          },
        );
        if (answer) order.record(answer);
      }
    }
  }

  async #place(order: OrderHistory, run: Run): Promise<Answer> {
    const call = { verb: order.spec.verb, operation: order.operation(), caller: this.#random.pick(this.#callers) };
    const answer = await this.#answer(call, run);
    order.record(answer);
    return answer;
  }

  async #answer({ verb, operation, caller, signal }: Call, { stats }: Run): Promise<Answer> {
    const askedAt = stats.now();
    const reply = await caller.ask(operation, signal);
    stats.record("writes", verb, reply, askedAt);
    return reply as Answer;
  }

  #newOrder(of = this.#someSims()): OrderHistory {
    const order = new OrderHistory(this.#newSpec(of), this.#oracle);
    this.orders.push(order);
    return order;
  }

  /** SIMs of a stock are used once, others at random. */
  #someSims(): readonly string[] {
    const all = this.#oracle.iccids(this.accountId);
    const place = (this.orders.length * 3) % all.length;
    if (this.#isStock) return all.slice(place, place + this.#random.integer(1, 3));
    return this.#random.sample(
      all,
      this.#random.chance(0.2) ? this.#random.integer(5, 12) : this.#random.integer(1, 3),
    );
  }

  #newSpec(iccids: readonly string[]): OrderSpec {
    const random = this.#random;
    const { accountId } = this;
    const mark = `order-${this.orders.length + 1}@${accountId}.example`;
    const verb = random.pick(this.#isStock ? STOCK_VERBS : FLEET_VERBS);
    const { activationProfileId } = random.pick(this.#oracle.offers(accountId));
    const options = {
      ...(verb === "activate" && { activationState: random.pick(["ACTIVE", "TEST"]), activationProfileId }),
      ...(verb === "changePlan" && { activationProfileId }),
      ...((verb === "deactivate" || verb === "terminate") && { confirm: iccids.length }),
      ...(random.chance(0.2) && { waitUpTo: 2 }),
    };
    return { verb, accountId, iccids, mark, requestKey: random.chance(0.75) ? `key of ${mark}` : null, options };
  }

  get #isStock(): boolean {
    return this.accountId.startsWith("stock");
  }
}

const STOCK_VERBS: readonly Verb[] = ["activate", "activate", "changePlan", "terminate"];
const FLEET_VERBS: readonly Verb[] = ["suspend", "suspend", "reactivate", "reactivate", "changePlan", "deactivate"];
