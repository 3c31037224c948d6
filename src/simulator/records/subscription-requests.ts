import { type SimulatorOptions } from "../options.ts";
import { type Account } from "../fixtures/accounts.ts";
import { type Sim, type Sims } from "../fixtures/sims.ts";
import { Scheduler } from "../time/scheduler.ts";
import { type RecordChange, type RecordPart } from "./input.ts";
import { CUSTOM_FIELDS, type SimRecord } from "./sim-record.ts";

type Status = "Accepted (Sync)" | "In-Progress" | "Failed" | "Completed";

interface Item {
  readonly change: RecordChange;
  readonly sim: Sim | null;
  /** OURS: KORE states no values. */
  status: "Pending" | "Completed" | "Failed";
  error: string;
}

export interface SubscriptionRequest {
  readonly id: string;
  readonly accountId: string;
  readonly part: RecordPart;
  /** As it arrived. */
  readonly body: unknown;
  status: Status;
  readonly items: readonly Item[];
  errors: readonly { readonly type: string; readonly code: string; readonly message: string }[];
}

interface Submission {
  readonly account: Account;
  readonly part: RecordPart;
  readonly changes: readonly RecordChange[];
  readonly body: unknown;
  readonly now: number;
}

const FIRST_ID = 83_100;

/** KORE names ten ICCIDs of a failed validation. */
const NAMED = 10;

/** Accepts changes of SIM records, makes them by the clock, and keeps their results. */
export class SubscriptionRequests {
  readonly #scheduler = new Scheduler();
  readonly #sims: Sims;
  readonly #requests: SubscriptionRequest[] = [];
  readonly #begunAfter: number;
  readonly #doneAfter: number;
  #nextId = FIRST_ID;

  constructor(sims: Sims, options: NonNullable<SimulatorOptions["provisioning"]>) {
    this.#sims = sims;
    this.#begunAfter = options.pendingAfterMs ?? 300;
    this.#doneAfter = options.completedAfterMs ?? 2_000;
  }

  settle(now: number): void {
    this.#scheduler.runDue(now);
  }

  get(accountId: string, id: string): SubscriptionRequest | undefined {
    return this.#requests.find((request) => request.accountId === accountId && request.id === id);
  }

  /** Newest first. KORE has no such list. */
  list(accountId: string): SubscriptionRequest[] {
    return this.#requests.filter((request) => request.accountId === accountId).reverse();
  }

  /** KORE has no idempotency: every accepted body is one more request. */
  submit({ account, part, changes, body, now }: Submission): SubscriptionRequest {
    const items = changes.map((change): Item => {
      const found = this.#sims.bySubscriptionId(change.subscriptionId);
      return { change, sim: found?.account === account ? found : null, status: "Pending", error: "" };
    });
    const id = `cmp-cpro-subscription-request-${this.#nextId++}`;
    const request: SubscriptionRequest = {
      id,
      accountId: account.id,
      part,
      body,
      status: "Accepted (Sync)",
      items,
      errors: [],
    };
    this.#requests.push(request);
    this.#scheduler.schedule(now + this.#begunAfter, () => (request.status = "In-Progress"));
    const done = now + Math.max(this.#begunAfter, this.#doneAfter);
    this.#scheduler.schedule(done, () => this.#complete(request, account, done));
    return request;
  }

  /** A failed request of the past, for display. */
  seed(account: Account, sim: Sim, now: number): void {
    const customFields = [{ key: "colour", value: "blue" }];
    const changes = [{ subscriptionId: this.#sims.subscriptionId(sim), customFields }];
    this.submit({ account, part: "additional-fields", changes, body: null, now });
    this.settle(now + this.#doneAfter);
  }

  /** A failed validation changes nothing. OURS: a scrapped SIM is an internal error, which fails alone. */
  #complete(request: SubscriptionRequest, account: Account, at: number): void {
    const invalid = request.items.filter((item) => (item.error = this.#objection(item, request.part, account)) !== "");
    if (invalid.length > 0) {
      for (const item of request.items) item.status = "Failed";
      const named = invalid
        .slice(0, NAMED)
        .map(({ sim, change }) => (sim ? this.#sims.iccid(sim) : change.subscriptionId));
      const message = `Validation failed: ${invalid[0]?.error ?? ""} (${named.join(", ")})`;
      this.#end(request, "Validation", "4001", message);
      return;
    }
    for (const item of request.items) {
      if (!item.sim) continue;
      const isScrapped = this.#sims.state(item.sim) === "Scrapped";
      if (!isScrapped) this.#apply(item.sim, item.change, at);
      item.status = isScrapped ? "Failed" : "Completed";
      item.error = isScrapped ? "The record of a scrapped SIM is closed" : "";
    }
    const hasFailed = request.items.some(({ status }) => status === "Failed");
    if (hasFailed) this.#end(request, "Internal", "5001", "Some subscriptions could not be changed");
    else request.status = "Completed";
  }

  #end(request: SubscriptionRequest, type: string, code: string, message: string): void {
    request.status = "Failed";
    request.errors = [{ type, code, message }];
  }

  /** That unknown custom fields are refused is OURS: KORE does not state how they are defined. */
  #objection({ sim, change }: Item, part: RecordPart, account: Account): string {
    if (sim?.account === undefined || this.#sims.bySubscriptionId(change.subscriptionId)?.account !== account)
      return "subscription not found";
    if (part === "sim-transfer" && this.#sims.state(sim) !== "Stock") return "only SIMs in state Stock are transferred";
    const unknown = change.customFields?.find(({ key }) => !CUSTOM_FIELDS.includes(key));
    return unknown ? `the account has no field ${unknown.key}` : "";
  }

  /** OURS: values that a request leaves out of a part are removed, which is the harsher reading of KORE's silence. */
  #apply(sim: Sim, { customFields, device, costCenterPk, destinationAccountId }: RecordChange, at: number): void {
    const change: Partial<SimRecord> = {
      ...(customFields && { customFields: customFields.filter(({ value }) => value !== "") }),
      ...(device && { imei: device.imei, device }),
      ...(costCenterPk !== undefined && { costCenterPk }),
    };
    this.#sims.change(sim, { ...change, modifiedAt: at });
    const destination = destinationAccountId === undefined ? undefined : this.#sims.account(destinationAccountId);
    if (destination) this.#sims.move(sim, destination, at);
  }
}
