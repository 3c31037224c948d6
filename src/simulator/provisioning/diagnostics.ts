import { InvalidInput, object, onlyKeys, text } from "../http/json-fields.ts";
import { type SimulatorOptions } from "../options.ts";
import { type Account } from "../fixtures/accounts.ts";
import { type Sim, type Sims } from "../fixtures/sims.ts";
import { Scheduler } from "../time/scheduler.ts";
import { type RequestStatus } from "./requests.ts";

export interface DiagnosticsRequest {
  readonly id: string;
  readonly accountId: string;
  status: RequestStatus;
  readonly createdAt: number;
  completedAt: number | null;
  readonly requestedBy: string;
  readonly sim: Sim | null;
  /** As the request names the SIM, where the account has none. */
  readonly subscriptionId: string;
  readonly iccid: string;
  /** OURS: KORE states no values for `completion-status`. */
  outcome: "Pending" | "Completed" | "Failed";
  error: string;
}

interface Submission {
  readonly account: Account;
  readonly body: unknown;
  /** Name of the calling client. */
  readonly by: string;
  readonly now: number;
}

const FIRST_ID = 51_300;
const SUBJECTS = ["subscription-id", "iccid", "msisdn"] as const;
const IN_SERVICE: ReadonlySet<string> = new Set(["Active", "Test", "Ready"]);

/** Accepts diagnostics requests, runs them by the clock, and keeps their results. */
export class Diagnostics {
  readonly #scheduler = new Scheduler();
  readonly #sims: Sims;
  readonly #requests: DiagnosticsRequest[] = [];
  readonly #resets = new Map<number, number[]>();
  readonly #pendingAfter: number;
  readonly #completedAfter: number;
  #nextId = FIRST_ID;

  constructor(sims: Sims, options: NonNullable<SimulatorOptions["provisioning"]>) {
    this.#sims = sims;
    this.#pendingAfter = options.pendingAfterMs ?? 300;
    this.#completedAfter = options.completedAfterMs ?? 2_000;
  }

  settle(now: number): void {
    this.#scheduler.runDue(now);
  }

  /** When the location of a SIM's device was cancelled, oldest first. */
  resetsOf(sim: Sim): readonly number[] {
    return this.#resets.get(sim.serial) ?? [];
  }

  get(accountId: string, id: string): DiagnosticsRequest | undefined {
    return this.#requests.find((request) => request.accountId === accountId && request.id === id);
  }

  /** OURS: newest first; KORE does not state the order. */
  list(accountId: string): DiagnosticsRequest[] {
    return this.#requests.filter((request) => request.accountId === accountId).reverse();
  }

  /** KORE has no idempotency: every accepted body is one more request. */
  submit({ account, body, by, now }: Submission): DiagnosticsRequest {
    const request = this.#add(account, readSubject(body), by, now);
    const begun = now + this.#pendingAfter;
    const done = now + Math.max(this.#pendingAfter, this.#completedAfter);
    this.#scheduler.schedule(begun, () => {
      // OURS: a SIM that the account does not have is what makes a request fail to be created.
      if (request.sim) request.status = "pending";
      else this.#end(request, "failed", "subscription not found", begun);
    });
    this.#scheduler.schedule(done, () => {
      if (request.sim) this.#complete(request, request.sim, done);
    });
    return request;
  }

  /** A finished request of the past, for display. */
  seed(account: Account, sim: Sim, now: number): void {
    const subject = { field: "subscription-id", value: this.#sims.subscriptionId(sim) } as const;
    const request = this.#add(account, subject, "dana.okafor@meridian.example", now);
    this.#end(request, "completed", this.#isInService(sim) ? "" : NO_LOCATION, now + this.#completedAfter);
  }

  #add(account: Account, { field, value }: Subject, by: string, now: number): DiagnosticsRequest {
    const found = {
      "subscription-id": () => this.#sims.bySubscriptionId(value),
      iccid: () => this.#sims.byIccid(value),
      msisdn: () => this.#sims.byMsisdn(value),
    }[field]();
    const sim = found?.account === account ? found : null;
    const request: DiagnosticsRequest = {
      id: `cmp-cpro-diagnostics-${this.#nextId++}`,
      accountId: account.id,
      status: "submitted",
      createdAt: now,
      completedAt: null,
      requestedBy: by,
      sim,
      subscriptionId: sim ? this.#sims.subscriptionId(sim) : field === "subscription-id" ? value : "",
      iccid: sim ? this.#sims.iccid(sim) : field === "iccid" ? value : "",
      outcome: "Pending",
      error: "",
    };
    this.#requests.push(request);
    return request;
  }

  #complete(request: DiagnosticsRequest, sim: Sim, at: number): void {
    const isReset = this.#isInService(sim);
    if (isReset) this.#resets.set(sim.serial, [...this.resetsOf(sim), at]);
    this.#end(request, "completed", isReset ? "" : NO_LOCATION, at);
  }

  #end(request: DiagnosticsRequest, status: RequestStatus, error: string, at: number): void {
    request.status = status;
    request.completedAt = at;
    request.error = error;
    request.outcome = error === "" ? "Completed" : "Failed";
  }

  #isInService(sim: Sim): boolean {
    return IN_SERVICE.has(this.#sims.state(sim));
  }
}

/** OURS: a SIM that is not in service has no location, which fails at the end. */
const NO_LOCATION = "The device is not registered with a network";

interface Subject {
  readonly field: (typeof SUBJECTS)[number];
  readonly value: string;
}

/** Exactly one of three names of a SIM. OURS: unknown keys are refused, so that a misspelt one is found here. */
function readSubject(body: unknown): Subject {
  const outer = object(body, "the body");
  onlyKeys(outer, ["cancel-device-location"], "the body");
  const inner = object(outer["cancel-device-location"], "cancel-device-location");
  onlyKeys(inner, ["subscription"], "cancel-device-location");
  const subscription = object(inner["subscription"], "subscription");
  onlyKeys(subscription, SUBJECTS, "subscription");
  const given = SUBJECTS.flatMap((field) => {
    const value = text(subscription, field);
    return value === null ? [] : [{ field, value }];
  });
  const [subject] = given;
  if (!subject || given.length > 1) throw new InvalidInput(`subscription takes exactly one of ${SUBJECTS.join(", ")}`);
  return subject;
}
