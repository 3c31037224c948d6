import { type Reply } from "../../../support/app.ts";
import { compare, Violation } from "../oracle/compare.ts";
import { type Oracle } from "../oracle/oracle.ts";
import { type Verb, VERBS } from "./verbs.ts";

/** One thing that somebody wants done to SIMs. */
export interface OrderSpec {
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
const DRY_RUN_OUTCOMES: ReadonlySet<string> = new Set([
  "WOULD_BE_SUBMITTED",
  "SUBMITTED",
  "ALREADY_SATISFIED",
  "REJECTED",
]);

/** Outcomes that asking again cannot change. */
const FINAL: ReadonlySet<string | null> = new Set(["NOT_FOUND", "WRONG_STATE", "KORE_REFUSED", "KORE_FAILED", null]);

/** A wish with all that was told about it. */
export class OrderHistory {
  readonly spec: OrderSpec;
  readonly #oracle: Oracle;
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
  readonly #answers: string[] = [];

  constructor(wish: OrderSpec, oracle: Oracle) {
    this.spec = wish;
    this.#oracle = oracle;
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

  dryRun() {
    return this.#operation({ dryRun: true });
  }

  #operation(manner: { dryRun?: boolean }) {
    const { verb, accountId, iccids, mark, requestKey, options } = this.spec;
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
  abandon(): void {
    this.#mayBeWritten = true;
  }

  /** Holds answers to the same question, asked at once, against what KORE holds. */
  record(...answers: readonly Answer[]): void {
    const asked = Date.now() - this.#askedAt;
    this.#answers.push(`${new Date().toISOString()}, asked ${asked} ms before: ${JSON.stringify(answers)}`);
    const orders = answers.filter(({ data }) => data?.order);
    for (const { data, errors } of orders) if (data?.order) this.#recordOrder(data.order, errors === undefined);
    if (orders.length === 0 && !this.#mayBeWritten && this.#submitted.size === 0)
      this.#requireNothingWritten("an error");
  }

  /** To be heard before it is asked for in earnest. */
  recordDryRun({ data }: Answer): void {
    this.#requireNothingWritten("a rehearsal");
    const outcomes = data?.order?.results.map(({ outcome }) => outcome) ?? [];
    if (outcomes.some((outcome) => !DRY_RUN_OUTCOMES.has(outcome)))
      throw this.#violation(`a rehearsal ended with ${outcomes.join()}`);
  }

  #recordOrder({ results, counts, requests }: Order, isWhole: boolean): void {
    const { accountId, iccids, mark } = this.spec;
    if (results.map(({ iccid }) => iccid).join() !== iccids.join())
      throw this.#violation("results are not of the SIMs named");
    for (const result of results) this.#recordResult(result, isWhole);
    const count = (outcome: Result["outcome"]) => results.filter((result) => result.outcome === outcome).length;
    const expected = {
      submitted: count("SUBMITTED"),
      failed: count("FAILED"),
      alreadySatisfied: count("ALREADY_SATISFIED"),
      rejected: count("REJECTED"),
      unknown: count("OUTCOME_UNKNOWN"),
    };
    compare(counts, expected, true, `${mark} counts`);
    const held = this.#oracle.held(accountId, mark).map(({ id }) => id);
    const joined = results.filter((result) => this.#isJoined(result)).map(({ request }) => request?.id ?? "");
    if (!requests.every(({ id }) => [...held, ...joined].includes(id)))
      throw this.#violation("a request that KORE does not hold was told");
    this.#mayBeWritten ||= counts.unknown > 0;
    this.#isDecided = results.every(({ outcome, reason }) => outcome !== "OUTCOME_UNKNOWN" && FINAL.has(reason));
    this.#isNothingWritten = results.every(({ outcome }) => outcome === "REJECTED" || outcome === "ALREADY_SATISFIED");
  }

  #recordResult({ iccid, outcome, reason, request, subscription }: Result, isWhole: boolean): void {
    const { accountId, verb } = this.spec;
    const until = Date.now();
    const ids = this.#heldFor(iccid);
    const told = `${iccid.slice(-6)}: ${outcome} ${reason ?? ""} ${request?.id ?? ""}, and KORE holds [${ids.join()}]`;
    const known = this.#submitted.get(iccid);
    if (this.#isJoined({ iccid, outcome, request })) {
      if (known !== undefined) throw this.#violation(`${told}; told before was ${known}`);
    } else if (outcome === "SUBMITTED" || outcome === "FAILED") {
      if (ids.length !== 1 || ids[0] !== request?.id) throw this.#violation(told);
      if (known !== undefined && known !== ids[0]) throw this.#violation(`${told}; told before was ${known}`);
      this.#submitted.set(iccid, request?.id ?? "");
    } else if (known !== undefined) {
      throw this.#violation(`${told}; told before was ${known}`);
    } else if (outcome !== "OUTCOME_UNKNOWN" && ids.length > 0) {
      throw this.#violation(told);
    }
    // What was settled when it was asked first is told again.
    const states = this.#oracle.statesOf(accountId, iccid, { from: this.#firstAskedAt ?? 0, until });
    const { satisfied, invalid } = VERBS[verb];
    const { activationState } = this.spec.options;
    const isWanted = (state: string) => (verb === "activate" ? state === activationState : satisfied.includes(state));
    if (outcome === "ALREADY_SATISFIED" && !states.some(isWanted)) throw this.#violation(told);
    if (reason === "WRONG_STATE" && !states.some((state) => invalid.includes(state))) throw this.#violation(told);
    const sim = this.#oracle.sim(accountId, iccid, { from: this.#askedAt, until });
    compare(subscription, sim, isWhole, `${this.spec.mark} subscription`);
  }

  /** Whether a SIM that is as wanted has joined another order of the same verb, which KORE holds. */
  #isJoined({ iccid, outcome, request }: Pick<Result, "iccid" | "outcome" | "request">): boolean {
    const { accountId, mark, verb } = this.spec;
    if (outcome !== "SUBMITTED" && outcome !== "FAILED") return false;
    const held = this.#oracle.requests(accountId).find(({ id }) => id === request?.id);
    if (!held || this.#oracle.held(accountId, mark).some(({ id }) => id === held.id)) return false;
    return verb in (held.body as object) && held.subscriptions.some((sim) => sim.iccid === iccid);
  }

  /** KORE has nothing of it, now or ever, unless it is asked for again. */
  #requireNothingWritten(told: string): void {
    const held = this.#oracle.held(this.spec.accountId, this.spec.mark);
    if (held.length > 0) throw this.#violation(`${told} says that nothing was written, and KORE holds it`);
    this.#isNothingWritten = true;
  }

  /** The last word: whatever was told and whatever went wrong, KORE holds it once at most, and as it was told. */
  verify(): void {
    for (const iccid of this.spec.iccids) {
      const ids = this.#heldFor(iccid);
      if (ids.length > 1)
        throw this.#violation(`KORE holds it ${ids.length} times for ${iccid.slice(-6)}: ${ids.join()}`);
      const told = this.#submitted.get(iccid);
      if (told !== undefined && told !== ids[0]) throw this.#violation(`told was ${told}, KORE holds ${ids.join()}`);
    }
    if (this.#isNothingWritten) this.#requireNothingWritten("the last answer");
  }

  #heldFor(iccid: string): string[] {
    const { accountId, mark } = this.spec;
    const held = this.#oracle.held(accountId, mark);
    // As often as it is named, so that one request that names a SIM twice counts twice.
    return held.flatMap(({ id, subscriptions }) => subscriptions.filter((sim) => sim.iccid === iccid).map(() => id));
  }

  #violation(what: string): Violation {
    const { verb, accountId, mark, requestKey } = this.spec;
    const held = this.#oracle.held(accountId, mark).map(({ id, createdAt }) => `${id} of ${createdAt.toISOString()}`);
    const told = [`${verb} ${mark} (${requestKey === null ? "without a key" : "with a key"}): ${what}`];
    return new Violation([...told, `KORE holds: ${held.join(", ")}`, ...this.#answers].join("\n"));
  }
}
