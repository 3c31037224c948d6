import { type Reply } from "../../../support/app.ts";
import { compare, Violation } from "../oracle/compare.ts";
import { type Oracle } from "../oracle/oracle.ts";
import { type Verb, VERBS } from "./verbs.ts";

/** An order to place. */
export interface OrderSpec {
  readonly verb: Verb;
  readonly accountId: string;
  readonly iccids: readonly string[];
  /** A unique e-mail address: KORE stores it, so that requests can be matched to their order. */
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

/** SUBMITTED: an unfinished order of another caller leads to the same state. */
const DRY_RUN_OUTCOMES: ReadonlySet<string> = new Set([
  "WOULD_BE_SUBMITTED",
  "SUBMITTED",
  "ALREADY_SATISFIED",
  "REJECTED",
]);

/** Reasons that a repeat cannot change. */
const FINAL: ReadonlySet<string | null> = new Set(["NOT_FOUND", "WRONG_STATE", "KORE_REFUSED", "KORE_FAILED", null]);

/** An order with all answers to it. */
export class OrderHistory {
  readonly spec: OrderSpec;
  readonly #oracle: Oracle;
  #firstAskedAt: number | undefined;
  #askedAt = 0;
  /** By SIM: the id of its request in an answer. */
  readonly #submitted = new Map<string, string>();
  /** An attempt was abandoned, or its outcome unknown: an error then does not exclude a write. */
  #mayBeWritten = false;
  /** The last answer excludes a write. */
  #isNothingWritten = false;
  #isDecided = false;
  /** All answers with their times, for the message of a violation. */
  readonly #answers: string[] = [];

  constructor(spec: OrderSpec, oracle: Oracle) {
    this.spec = spec;
    this.#oracle = oracle;
  }

  /** Whether a repeat would change nothing. */
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

  /** The caller disconnected before the answer. */
  abandon(): void {
    this.#mayBeWritten = true;
  }

  /** Checks answers to concurrent repeats of the order against KORE's requests. */
  record(...answers: readonly Answer[]): void {
    const asked = Date.now() - this.#askedAt;
    this.#answers.push(`${new Date().toISOString()}, asked ${asked} ms before: ${JSON.stringify(answers)}`);
    const orders = answers.filter(({ data }) => data?.order);
    for (const { data, errors } of orders) if (data?.order) this.#recordOrder(data.order, errors === undefined);
    if (orders.length === 0 && !this.#mayBeWritten && this.#submitted.size === 0)
      this.#requireNothingWritten("an error");
  }

  /** Checks the answer to a dry run, before the order is placed. */
  recordDryRun({ data }: Answer): void {
    this.#requireNothingWritten("a rehearsal");
    const outcomes = data?.order?.results.map(({ outcome }) => outcome) ?? [];
    if (outcomes.some((outcome) => !DRY_RUN_OUTCOMES.has(outcome)))
      throw this.#violation(`a rehearsal ended with ${outcomes.join()}`);
  }

  #recordOrder({ results, counts, requests }: Order, isWhole: boolean): void {
    const { accountId, iccids, mark } = this.spec;
    if (results.map(({ iccid }) => iccid).join() !== iccids.join())
      throw this.#violation("the results are not of the named SIMs");
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
      throw this.#violation("the answer has a request that KORE does not hold");
    this.#mayBeWritten ||= counts.unknown > 0;
    this.#isDecided = results.every(({ outcome, reason }) => outcome !== "OUTCOME_UNKNOWN" && FINAL.has(reason));
    this.#isNothingWritten = results.every(({ outcome }) => outcome === "REJECTED" || outcome === "ALREADY_SATISFIED");
  }

  #recordResult({ iccid, outcome, reason, request, subscription }: Result, isWhole: boolean): void {
    const { accountId, verb } = this.spec;
    const until = Date.now();
    const ids = this.#heldFor(iccid);
    const actual = `${iccid.slice(-6)}: ${outcome} ${reason ?? ""} ${request?.id ?? ""}, and KORE holds [${ids.join()}]`;
    const known = this.#submitted.get(iccid);
    if (this.#isJoined({ iccid, outcome, request })) {
      if (known !== undefined) throw this.#violation(`${actual}; the answer before had ${known}`);
    } else if (outcome === "SUBMITTED" || outcome === "FAILED") {
      if (ids.length !== 1 || ids[0] !== request?.id) throw this.#violation(actual);
      if (known !== undefined && known !== ids[0]) throw this.#violation(`${actual}; the answer before had ${known}`);
      this.#submitted.set(iccid, request?.id ?? "");
    } else if (known !== undefined) {
      throw this.#violation(`${actual}; the answer before had ${known}`);
    } else if (outcome !== "OUTCOME_UNKNOWN" && ids.length > 0) {
      throw this.#violation(actual);
    }
    // A repeat gets the outcome that was decided at the first attempt.
    const states = this.#oracle.statesOf(accountId, iccid, { from: this.#firstAskedAt ?? 0, until });
    const { satisfied, invalid } = VERBS[verb];
    const { activationState } = this.spec.options;
    const isWanted = (state: string) => (verb === "activate" ? state === activationState : satisfied.includes(state));
    if (outcome === "ALREADY_SATISFIED" && !states.some(isWanted)) throw this.#violation(actual);
    if (reason === "WRONG_STATE" && !states.some((state) => invalid.includes(state))) throw this.#violation(actual);
    const sim = this.#oracle.sim(accountId, iccid, { from: this.#askedAt, until });
    compare(subscription, sim, isWhole, `${this.spec.mark} subscription`);
  }

  /** Whether the result refers to another order of the same verb, which KORE holds. */
  #isJoined({ iccid, outcome, request }: Pick<Result, "iccid" | "outcome" | "request">): boolean {
    const { accountId, mark, verb } = this.spec;
    if (outcome !== "SUBMITTED" && outcome !== "FAILED") return false;
    const held = this.#oracle.requests(accountId).find(({ id }) => id === request?.id);
    if (!held || this.#oracle.held(accountId, mark).some(({ id }) => id === held.id)) return false;
    return verb in (held.body as object) && held.subscriptions.some((sim) => sim.iccid === iccid);
  }

  /** KORE must hold no request of the order. */
  #requireNothingWritten(what: string): void {
    const held = this.#oracle.held(this.spec.accountId, this.spec.mark);
    if (held.length > 0) throw this.#violation(`${what} excludes a write, and KORE holds one`);
    this.#isNothingWritten = true;
  }

  /** At the end: KORE holds at most one request per SIM, the one of the answers. */
  verify(): void {
    for (const iccid of this.spec.iccids) {
      const ids = this.#heldFor(iccid);
      if (ids.length > 1)
        throw this.#violation(`KORE holds it ${ids.length} times for ${iccid.slice(-6)}: ${ids.join()}`);
      const actual = this.#submitted.get(iccid);
      if (actual !== undefined && actual !== ids[0])
        throw this.#violation(`the answers have ${actual}, KORE holds ${ids.join()}`);
    }
    if (this.#isNothingWritten) this.#requireNothingWritten("the last answer");
  }

  #heldFor(iccid: string): string[] {
    const { accountId, mark } = this.spec;
    const held = this.#oracle.held(accountId, mark);
    // Per mention: a request that names a SIM twice counts twice.
    return held.flatMap(({ id, subscriptions }) => subscriptions.filter((sim) => sim.iccid === iccid).map(() => id));
  }

  #violation(what: string): Violation {
    const { verb, accountId, mark, requestKey } = this.spec;
    const held = this.#oracle.held(accountId, mark).map(({ id, createdAt }) => `${id} of ${createdAt.toISOString()}`);
    const actual = [`${verb} ${mark} (${requestKey === null ? "without a key" : "with a key"}): ${what}`];
    return new Violation([...actual, `KORE holds: ${held.join(", ")}`, ...this.#answers].join("\n"));
  }
}
