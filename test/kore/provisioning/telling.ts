import { expect } from "vitest";
import { KoreError } from "../../../src/kore/error.ts";
import { type DurableStore } from "../../../src/common/durable-store.ts";
import { Ledger } from "../../../src/kore/provisioning/ledger.ts";
import { ObservedRequests } from "../../../src/kore/provisioning/observed-requests.ts";
import { type Intent, type OrderOptions, type Plan } from "../../../src/kore/provisioning/order.ts";
import { RequestKeyReused } from "../../../src/kore/intents.ts";
import { ProvisioningOrders } from "../../../src/kore/provisioning/orders.ts";
import { type Outcome } from "../../../src/kore/provisioning/outcome.ts";
import { type Entry } from "../../../src/kore/provisioning/records.ts";
import { openStore } from "../../../src/server/store/lmdb.ts";
import { HabitualKore } from "./habits.ts";
import { type Act, type Chapter, type Habits, type History, type Wish } from "./history.ts";
import { Life, STORE_FAILURE } from "./life.ts";
import { type Account } from "./stage.ts";

export interface Timing {
  settle: number;
  settleAfterTimeout: number;
  deadline: number;
  sendWithin: number;
}

/** Lives a history through, and throws when KORE ends up with what it must not, or somebody was told what is not so. */
export async function live(history: History, account: Account, timing: Timing): Promise<void> {
  const store = await openStore(account.folder);
  const telling = new Telling(history, account, store, timing);
  try {
    for (const chapter of history.chapters) await telling.chapter(chapter);
    await telling.end();
  } finally {
    account.calm();
    await store.close();
  }
}

/** Dates in UTC and whole requests: nothing stays in doubt for long. */
const PLAIN: Habits = { offset: 0, expandsAfter: 0, expandsFrom: "none", hasStranger: false };

class Telling {
  readonly #wishes: readonly Wish[];
  readonly #account: Account;
  readonly #store: DurableStore;
  readonly #timing: Timing;
  /** The mark of the newest intent by its key in the ledger. Each intent has a mark of its own, which KORE gets to see. */
  readonly #marks = new Map<string, string>();
  readonly #markOf = new WeakMap<Outcome, string>();
  /** By mark and SIM: which request KORE was reported to hold for it. */
  readonly #reported = new Map<string, string>();
  #plans = 0;
  #defect: unknown;

  constructor({ wishes }: History, account: Account, store: DurableStore, timing: Timing) {
    this.#wishes = wishes;
    this.#account = account;
    this.#timing = timing;
    this.#store = {
      ...store,
      commit: async (commit) => {
        const result = await store.commit(commit);
        const isNew = commit.by === undefined && (commit.expect?.length ?? 0) > 0;
        for (const [key, value] of result === "done" ? commit.set : []) {
          if (value === undefined) this.#marks.delete(key);
          else if (isNew && key.startsWith("intent/"))
            this.#marks.set(key, (value as Entry).options?.["mail-to"] ?? "");
        }
        return result;
      },
    };
  }

  async chapter({ fate, isHasty, habits, acts }: Chapter): Promise<void> {
    const life = new Life(fate);
    const orders = this.#start(life, habits);
    const recovery = orders.recover().catch(unlessStoreFailed);
    if (!isHasty) await inTime(Promise.race([recovery, life.ended]));
    let said: Promise<unknown>[] = [];
    for (const [place, act] of acts.entries()) {
      said.push(this.#say(act, orders));
      if (acts[place + 1]?.isAtOnce) continue;
      await inTime(Promise.race([Promise.all(said), life.ended]));
      said = [];
    }
    await life.die();
    this.#noneTwice();
  }

  /** KORE is well again: everything is said once more, and nothing may be left open or have changed. */
  async end(): Promise<void> {
    this.#account.calm();
    const life = new Life(null);
    const orders = this.#start(life);
    await inTime(orders.recover());
    for (const [place, wish] of this.#wishes.entries()) {
      if (wish.requestKey === null) continue;
      await this.#decided(place, orders);
    }
    this.#noneTwice();
    await life.die();
  }

  /** A machine that is busy elsewhere may answer us too late, even as KORE: asking again looks again. */
  async #decided(wish: number, orders: ProvisioningOrders): Promise<void> {
    for (let looks = 1; looks <= LOOKS; looks += 1) {
      const mode = looks === LOOKS ? "nothing is uncertain" : undefined;
      const outcome = await inTime(this.#say({ wish, troubles: [], isAtOnce: false }, orders, mode));
      if (outcome?.results.every((result) => result.outcome !== "OUTCOME_UNKNOWN")) return;
    }
  }

  #start(life: Life, habits: Habits = PLAIN): ProvisioningOrders {
    const observed = new ObservedRequests();
    return new ProvisioningOrders({
      kore: life.kore(new HabitualKore(this.#account.kore, habits, observed)),
      observed: () => observed,
      store: life.store(this.#store),
      chunkSize: 2,
      sending: {
        ...this.#timing,
        now: Date.now,
        monotonic: () => performance.now(),
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      },
      audit: ({ results }) => {
        for (const { requestId } of results) if (requestId !== undefined) this.#isHeld(requestId);
      },
      auditResolution: () => undefined,
      onRecoveryFailed: (error) => {
        if (!(error instanceof KoreError) && !isStoreFailure(error)) this.#defect ??= error;
      },
    });
  }

  async #say(act: Act, orders: ProvisioningOrders, mode?: "nothing is uncertain"): Promise<Outcome | undefined> {
    const { verb, sims, requestKey, isByState } = this.#wishes[act.wish] as Wish;
    const saidAt = Date.now();
    for (const { on, fault } of act.troubles) this.#account.trouble(on, fault);
    const intent: Intent = { who: "erp", accountId: this.#account.id, verb, requestKey, input: [act.wish, ...sims] };
    let mark: string | undefined;
    const plan = (): Promise<Plan> => {
      mark = `intent-${++this.#plans}@wish-${act.wish}.example`;
      return Promise.resolve({
        sims: sims.map((sim, place) => ({
          place,
          ...(this.#account.sims[sim] as Account["sims"][number]),
          ...(isByState && { byState: { outcome: "ALREADY_SATISFIED" as const } }),
        })),
        settled: [],
        options: optionsOf(verb, mark),
      });
    };
    const outcome = await orders.submit(intent, plan).catch((error: unknown) => {
      if (error instanceof RequestKeyReused) expect(this.#isShared(verb, requestKey)).toBe(true);
      else if (mode || !(error instanceof KoreError)) unlessStoreFailed(error);
    });
    if (!outcome) return undefined;
    // Who joins somebody else's order gets the same outcome. Who says an order again may plan, but it keeps its mark.
    const planned = this.#markOf.get(outcome) ?? this.#marks.get(Ledger.keyOf(intent)) ?? mark;
    if (planned === undefined) throw new Error("An outcome of nobody's intent");
    this.#markOf.set(outcome, planned);
    this.#isTrue(outcome, planned, { verb, saidAt, isRepeatable: requestKey !== null }, mode);
    return outcome;
  }

  #isTrue(
    { results }: Outcome,
    mark: string,
    said: { verb: string; saidAt: number; isRepeatable: boolean },
    mode?: "nothing is uncertain",
  ): void {
    const all = this.#account.held();
    const held = all.filter((request) => request.mark === mark);
    for (const { id, outcome, reason, requestId } of results) {
      const ids = held.filter(({ sims }) => sims.includes(id ?? "")).map((request) => request.id);
      const told = `${mark} ${id ?? ""}: ${outcome} ${reason ?? ""} ${requestId ?? ""} ${JSON.stringify(results)}`;
      const naming = all.filter(({ sims }) => sims.includes(id ?? ""));
      const joined = naming.find((request) => request.id === requestId && request.mark !== mark);
      if (joined) {
        expect(joined.verb, told).toBe(said.verb);
        expect(ids, told).toEqual([]);
      } else if (outcome === "SUBMITTED" || outcome === "FAILED") {
        expect(ids, told).toEqual([requestId]);
        expect(this.#reported.get(`${mark} ${id ?? ""}`) ?? requestId, told).toBe(requestId);
        this.#reported.set(`${mark} ${id ?? ""}`, requestId ?? "");
      }
      if (outcome === "ALREADY_SATISFIED") {
        expect(ids, told).toEqual([]);
        // With a request key it may have been told before.
        const open = naming.filter(({ createdAt, isFinished }) => createdAt < said.saidAt && !isFinished);
        if (!said.isRepeatable) expect(open, told).toEqual([]);
      }
      if (outcome === "REJECTED") expect(ids, told).toEqual([]);
      if (outcome === "OUTCOME_UNKNOWN") expect(mode, told).toBeUndefined();
    }
  }

  #isHeld(requestId: string): void {
    expect(this.#account.held().map(({ id }) => id)).toContain(requestId);
  }

  /** Whatever was said and whatever went wrong: one intent is at KORE once for each SIM. */
  #noneTwice(): void {
    if (this.#defect !== undefined) throw this.#defect as Error;
    const seen = new Set<string>();
    for (const { mark, verb, sims } of this.#account.held()) {
      for (const sim of sims) {
        const what = `${verb} ${sim} of ${mark}`;
        if (seen.has(what))
          expect.fail(`KORE holds it twice: ${what}\n${JSON.stringify(this.#account.held(), null, 1)}`);
        seen.add(what);
      }
    }
  }

  #isShared(verb: string, requestKey: string | null): boolean {
    return this.#wishes.filter((wish) => wish.verb === verb && wish.requestKey === requestKey).length > 1;
  }
}

function optionsOf(verb: string, mark: string): OrderOptions {
  return {
    "mail-to": mark,
    ...(verb === "activate" && { "activation-state": "active" }),
    ...(verb === "plan-feature-change" && { "activation-profile-id": "any" }),
  };
}

function isStoreFailure(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isStoreFailure);
  return error instanceof Error && error.message === STORE_FAILURE;
}

function unlessStoreFailed(error: unknown): void {
  if (!isStoreFailure(error)) throw error;
}

const PATIENCE = 15_000;
const LOOKS = 4;

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Nobody was answered within ${PATIENCE} ms`)), PATIENCE);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
