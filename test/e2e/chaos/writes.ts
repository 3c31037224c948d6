import { type Reply } from "../../support/app.ts";
import { compare, Lie } from "./compare.ts";
import { type Truth } from "./truth.ts";
import { type Verb, VERBS } from "./verbs.ts";

/** One thing that somebody wants done to SIMs. */
export interface Wish {
  readonly verb: Verb;
  readonly accountId: string;
  readonly iccids: readonly string[];
  /** An address that no other wish has: KORE keeps it, so that a request tells whose wish it is. */
  readonly mark: string;
  readonly requestKey: string | null;
  readonly options: Record<string, unknown>;
}

interface Result {
  iccid: string;
  outcome: "SUBMITTED" | "FAILED" | "WOULD_BE_SUBMITTED" | "ALREADY_SATISFIED" | "REJECTED" | "OUTCOME_UNKNOWN";
  reason: string | null;
  request: { id: string } | null;
  subscription: Record<string, unknown> | null;
}

interface Order {
  results: Result[];
  counts: Record<"submitted" | "failed" | "alreadySatisfied" | "rejected" | "unknown", number>;
  requests: { id: string }[];
}

export type Answer = Reply<{ order: Order | null }>;

/** SUBMITTED: an unfinished order of somebody else's leads to the same state. */
const REHEARSED: ReadonlySet<string> = new Set(["WOULD_BE_SUBMITTED", "SUBMITTED", "ALREADY_SATISFIED", "REJECTED"]);

/** Outcomes that asking again cannot change. */
const FINAL: ReadonlySet<string | null> = new Set(["NOT_FOUND", "WRONG_STATE", "KORE_REFUSED", "KORE_FAILED", null]);

/** A wish with all that was told about it. */
export class Telling {
  readonly wish: Wish;
  readonly #truth: Truth;
  #firstAskedAt: number | undefined;
  #askedAt = 0;
  /** By SIM: the request that KORE was told to hold for it. */
  readonly #submitted = new Map<string, string>();
  /** Somebody did not wait for an answer, or nobody knew it: an error then does not say that nothing was written. */
  #mayBeWritten = false;
  /** Told that nothing was written, and not asked for since. */
  #isNothingWritten = false;
  #isDecided = false;
  /** All answers and when they came, for the one who has to explain a lie. */
  readonly #heard: string[] = [];

  constructor(wish: Wish, truth: Truth) {
    this.wish = wish;
    this.#truth = truth;
  }

  /** Whether asking again would change nothing. */
  isDecided(): boolean {
    return this.#isDecided;
  }

  get requestIds(): string[] {
    return [...new Set(this.#submitted.values())];
  }

  operation() {
    this.#askedAt = Date.now();
    this.#firstAskedAt ??= this.#askedAt;
    this.#isNothingWritten = false;
    return this.#operation({});
  }

  rehearsal() {
    return this.#operation({ dryRun: true });
  }

  #operation(manner: { dryRun?: boolean }) {
    const { verb, accountId, iccids, mark, requestKey, options } = this.wish;
    const input = {
      accountId,
      subscriptions: iccids.map((iccid) => ({ iccid })),
      notifyEmails: [mark],
      requestKey,
      ...options,
      ...manner,
    };
    return { query: VERBS[verb].mutation, variables: { input } };
  }

  /** Nobody waits for the answer. */
  leave(): void {
    this.#mayBeWritten = true;
  }

  /** Holds answers to the same question, asked at once, against what KORE holds. */
  hear(...answers: readonly Answer[]): void {
    const asked = Date.now() - this.#askedAt;
    this.#heard.push(`${new Date().toISOString()}, asked ${asked} ms before: ${JSON.stringify(answers)}`);
    const orders = answers.filter(({ data }) => data?.order);
    for (const { data, errors } of orders) if (data?.order) this.#hearOrder(data.order, errors === undefined);
    if (orders.length === 0 && !this.#mayBeWritten && this.#submitted.size === 0) this.#isNothing("an error");
  }

  /** To be heard before it is asked for in earnest. */
  hearRehearsal({ data }: Answer): void {
    this.#isNothing("a rehearsal");
    const outcomes = data?.order?.results.map(({ outcome }) => outcome) ?? [];
    if (outcomes.some((outcome) => !REHEARSED.has(outcome)))
      throw this.#lie(`a rehearsal ended with ${outcomes.join()}`);
  }

  #hearOrder({ results, counts, requests }: Order, isWhole: boolean): void {
    const { accountId, iccids, mark } = this.wish;
    if (results.map(({ iccid }) => iccid).join() !== iccids.join())
      throw this.#lie("results are not of the SIMs named");
    for (const result of results) this.#hearResult(result, isWhole);
    const count = (outcome: Result["outcome"]) => results.filter((result) => result.outcome === outcome).length;
    const expected = {
      submitted: count("SUBMITTED"),
      failed: count("FAILED"),
      alreadySatisfied: count("ALREADY_SATISFIED"),
      rejected: count("REJECTED"),
      unknown: count("OUTCOME_UNKNOWN"),
    };
    compare(counts, expected, true, `${mark} counts`);
    const held = this.#truth.held(accountId, mark).map(({ id }) => id);
    const joined = results.filter((result) => this.#isJoined(result)).map(({ request }) => request?.id ?? "");
    if (!requests.every(({ id }) => [...held, ...joined].includes(id)))
      throw this.#lie("a request that KORE does not hold was told");
    this.#mayBeWritten ||= counts.unknown > 0;
    this.#isDecided = results.every(({ outcome, reason }) => outcome !== "OUTCOME_UNKNOWN" && FINAL.has(reason));
    this.#isNothingWritten = results.every(({ outcome }) => outcome === "REJECTED" || outcome === "ALREADY_SATISFIED");
  }

  #hearResult({ iccid, outcome, reason, request, subscription }: Result, isWhole: boolean): void {
    const { accountId, verb } = this.wish;
    const until = Date.now();
    const ids = this.#heldFor(iccid);
    const told = `${iccid.slice(-6)}: ${outcome} ${reason ?? ""} ${request?.id ?? ""}, and KORE holds [${ids.join()}]`;
    const known = this.#submitted.get(iccid);
    if (this.#isJoined({ iccid, outcome, request })) {
      if (known !== undefined) throw this.#lie(`${told}; told before was ${known}`);
    } else if (outcome === "SUBMITTED" || outcome === "FAILED") {
      if (ids.length !== 1 || ids[0] !== request?.id) throw this.#lie(told);
      if (known !== undefined && known !== ids[0]) throw this.#lie(`${told}; told before was ${known}`);
      this.#submitted.set(iccid, request?.id ?? "");
    } else if (known !== undefined) {
      throw this.#lie(`${told}; told before was ${known}`);
    } else if (outcome !== "OUTCOME_UNKNOWN" && ids.length > 0) {
      throw this.#lie(told);
    }
    // What was settled when it was asked first is told again.
    const states = this.#truth.statesOf(accountId, iccid, { from: this.#firstAskedAt ?? 0, until });
    const { satisfied, senseless } = VERBS[verb];
    const { activationState } = this.wish.options;
    const isWanted = (state: string) => (verb === "activate" ? state === activationState : satisfied.includes(state));
    if (outcome === "ALREADY_SATISFIED" && !states.some(isWanted)) throw this.#lie(told);
    if (reason === "WRONG_STATE" && !states.some((state) => senseless.includes(state))) throw this.#lie(told);
    const sim = this.#truth.sim(accountId, iccid, { from: this.#askedAt, until });
    compare(subscription, sim, isWhole, `${this.wish.mark} subscription`);
  }

  /** Whether a SIM that is as wanted has joined another order of the same verb, which KORE holds. */
  #isJoined({ iccid, outcome, request }: Pick<Result, "iccid" | "outcome" | "request">): boolean {
    const { accountId, mark, verb } = this.wish;
    if (outcome !== "SUBMITTED" && outcome !== "FAILED") return false;
    const held = this.#truth.requests(accountId).find(({ id }) => id === request?.id);
    if (!held || this.#truth.held(accountId, mark).some(({ id }) => id === held.id)) return false;
    return verb in (held.body as object) && held.subscriptions.some((sim) => sim.iccid === iccid);
  }

  /** KORE has nothing of it, now or ever, unless it is asked for again. */
  #isNothing(told: string): void {
    const held = this.#truth.held(this.wish.accountId, this.wish.mark);
    if (held.length > 0) throw this.#lie(`${told} says that nothing was written, and KORE holds it`);
    this.#isNothingWritten = true;
  }

  /** The last word: whatever was told and whatever went wrong, KORE holds it once at most, and as it was told. */
  reckon(): void {
    for (const iccid of this.wish.iccids) {
      const ids = this.#heldFor(iccid);
      if (ids.length > 1) throw this.#lie(`KORE holds it ${ids.length} times for ${iccid.slice(-6)}: ${ids.join()}`);
      const told = this.#submitted.get(iccid);
      if (told !== undefined && told !== ids[0]) throw this.#lie(`told was ${told}, KORE holds ${ids.join()}`);
    }
    if (this.#isNothingWritten) this.#isNothing("the last answer");
  }

  #heldFor(iccid: string): string[] {
    const { accountId, mark } = this.wish;
    const held = this.#truth.held(accountId, mark);
    // As often as it is named, so that one request that names a SIM twice counts twice.
    return held.flatMap(({ id, subscriptions }) => subscriptions.filter((sim) => sim.iccid === iccid).map(() => id));
  }

  #lie(what: string): Lie {
    const { verb, accountId, mark, requestKey } = this.wish;
    const held = this.#truth.held(accountId, mark).map(({ id, createdAt }) => `${id} of ${createdAt.toISOString()}`);
    const told = [`${verb} ${mark} (${requestKey === null ? "without a key" : "with a key"}): ${what}`];
    return new Lie([...told, `KORE holds: ${held.join(", ")}`, ...this.#heard].join("\n"));
  }
}
