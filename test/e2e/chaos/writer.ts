import { setTimeout } from "node:timers/promises";
import { type Caller } from "./callers.ts";
import { Lie } from "./compare.ts";
import { type Dice } from "./dice.ts";
import { goesOn, type Stage, untilDecided } from "./roles.ts";
import { type Truth } from "./truth.ts";
import { type Verb } from "./verbs.ts";
import { type Answer, Telling, type Wish } from "./writes.ts";

/** How something is asked for. */
const MANNERS = ["once", "once", "once", "twice at once", "with a rival", "after a rehearsal", "and leaves"] as const;

const TRIES = 3;

/** Has things done to the SIMs of an account, one wish after another, and is told what became of them. */
export class Writer {
  readonly accountId: string;
  readonly tellings: Telling[] = [];
  readonly #callers: readonly [Caller, Caller];
  readonly #dice: Dice;
  readonly #truth: Truth;

  constructor(accountId: string, callers: readonly [Caller, Caller], dice: Dice, truth: Truth) {
    this.accountId = accountId;
    this.#callers = callers;
    this.#dice = dice;
    this.#truth = truth;
  }

  async write(stage: Stage): Promise<void> {
    const { pause, news } = stage;
    while (goesOn(stage)) {
      await setTimeout(this.#dice.whole(pause, pause * 4));
      const telling = this.#wish();
      await this.#ask(telling, stage);
      // Who has a key may ask again, and does.
      for (
        let tries = 1;
        telling.wish.requestKey && !telling.isDecided() && tries < TRIES && goesOn(stage);
        tries += 1
      ) {
        await setTimeout(this.#dice.whole(200, 2000));
        await this.#say(telling, stage);
      }
      for (const id of telling.requestIds) news.push({ accountId: this.accountId, id });
    }
  }

  /** KORE is well: everything must be decided, and nothing may be at KORE twice. */
  async reckon(stage: Stage): Promise<void> {
    for (const telling of this.tellings) {
      const { mark, requestKey } = telling.wish;
      if (requestKey !== null)
        await untilDecided(
          mark,
          () => telling.isDecided(),
          () => this.#say(telling, stage),
        );
      telling.reckon();
    }
  }

  async #ask(telling: Telling, stage: Stage): Promise<void> {
    switch (this.#dice.pick(MANNERS)) {
      case "once":
        await this.#say(telling, stage);
        return;
      case "twice at once": {
        const answers = this.#callers.map((caller) => this.#answer(telling, telling.operation(), stage, caller));
        telling.hear(...(await Promise.all(answers)));
        return;
      }
      case "with a rival": {
        const rival = this.#wish(telling.wish.iccids);
        await Promise.all([this.#say(telling, stage), this.#say(rival, stage)]);
        return;
      }
      case "after a rehearsal":
        telling.hearRehearsal(await this.#answer(telling, telling.rehearsal(), stage, this.#callers[0]));
        await this.#say(telling, stage);
        return;
      case "and leaves": {
        const leaves = AbortSignal.timeout(this.#dice.whole(1, 400));
        const answer = await this.#answer(telling, telling.operation(), stage, this.#callers[0], leaves).catch(
          (error: unknown) => {
            if (!leaves.aborted || error instanceof Lie) throw error;
            stage.tally.add("callers who left");
            telling.leave();
          },
        );
        if (answer) telling.hear(answer);
      }
    }
  }

  async #say(telling: Telling, stage: Stage): Promise<Answer> {
    const answer = await this.#answer(telling, telling.operation(), stage, this.#dice.pick(this.#callers));
    telling.hear(answer);
    return answer;
  }

  async #answer(
    { wish }: Telling,
    operation: ReturnType<Telling["operation"]>,
    { tally }: Stage,
    caller: Caller,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const askedAt = tally.now();
    const reply = await caller.ask(operation, signal);
    tally.hear("writes", wish.verb, reply, askedAt);
    return reply as Answer;
  }

  #wish(of = this.#someSims()): Telling {
    const telling = new Telling(this.#newWish(of), this.#truth);
    this.tellings.push(telling);
    return telling;
  }

  /** Those of a stock are used up, a few after another. */
  #someSims(): readonly string[] {
    const all = this.#truth.iccids(this.accountId);
    const place = (this.tellings.length * 3) % all.length;
    if (this.#isStock) return all.slice(place, place + this.#dice.whole(1, 3));
    return this.#dice.some(all, this.#dice.chance(0.2) ? this.#dice.whole(5, 12) : this.#dice.whole(1, 3));
  }

  #newWish(iccids: readonly string[]): Wish {
    const dice = this.#dice;
    const { accountId } = this;
    const mark = `wish-${this.tellings.length + 1}@${accountId}.example`;
    const verb = dice.pick(this.#isStock ? STOCK_VERBS : FLEET_VERBS);
    const { activationProfileId } = dice.pick(this.#truth.offers(accountId));
    const options = {
      ...(verb === "activate" && { activationState: dice.pick(["ACTIVE", "TEST"]), activationProfileId }),
      ...(verb === "changePlan" && { activationProfileId }),
      ...((verb === "deactivate" || verb === "terminate") && { confirm: iccids.length }),
      ...(dice.chance(0.2) && { waitUpTo: 2 }),
    };
    return { verb, accountId, iccids, mark, requestKey: dice.chance(0.75) ? `key of ${mark}` : null, options };
  }

  get #isStock(): boolean {
    return this.accountId.startsWith("stock");
  }
}

const STOCK_VERBS: readonly Verb[] = ["activate", "activate", "changePlan", "terminate"];
const FLEET_VERBS: readonly Verb[] = ["suspend", "suspend", "reactivate", "reactivate", "changePlan", "deactivate"];
