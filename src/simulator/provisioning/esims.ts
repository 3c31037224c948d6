import { type Account } from "../fixtures/accounts.ts";
import { type Offer } from "../fixtures/catalog.ts";
import { startPeriod } from "../fixtures/history.ts";
import { type Sim, type Sims } from "../fixtures/sims.ts";
import { type SimulatorOptions } from "../options.ts";
import { type SimState } from "../state-machine.ts";
import { Scheduler } from "../time/scheduler.ts";
import { type EsimInput, type EsimRef } from "./esim-input.ts";
import { type EidStatus, EsimRefusal, type EsimItem, type EsimRequest, TYPES } from "./esim-request.ts";
import { type ChangeListener } from "./listener.ts";

interface Submission {
  readonly account: Account;
  readonly input: EsimInput;
  readonly now: number;
}

interface Outcome {
  readonly accepted: string[];
  readonly rejected: string[];
}

const FIRST_ID = 61_000;
const HOUR = 3_600_000;
const SUITABLE: ReadonlySet<SimState> = new Set<SimState>(["Test", "Ready", "Active"]);
const ENDED: ReadonlySet<EidStatus> = new Set<EidStatus>(["Completed", "Failed", "Cancelled"]);

/** Accepts eSIM requests, runs their steps by the clock, and keeps their results. */
export class Esims {
  readonly #scheduler = new Scheduler();
  readonly #sims: Sims;
  readonly #listener: ChangeListener;
  readonly #requests: EsimRequest[] = [];
  readonly #pendingAfter: number;
  readonly #sessionAfter: number;
  readonly #completedAfter: number;
  #nextId = FIRST_ID;

  constructor(sims: Sims, options: NonNullable<SimulatorOptions["provisioning"]>, listener: ChangeListener) {
    this.#sims = sims;
    this.#listener = listener;
    this.#pendingAfter = options.pendingAfterMs ?? 300;
    this.#completedAfter = Math.max(this.#pendingAfter, options.completedAfterMs ?? 2_000);
    this.#sessionAfter = options.sessionAfterMs ?? this.#completedAfter / 2;
  }

  settle(now: number): void {
    this.#scheduler.runDue(now);
  }

  get nextChange(): number | null {
    return this.#scheduler.next;
  }

  get(accountId: string, id: string): EsimRequest | undefined {
    return this.#requests.find((request) => request.accountId === accountId && request.id === id);
  }

  /** OURS: newest first; KORE does not state the order. */
  list(accountId: string): EsimRequest[] {
    return this.#requests.filter((request) => request.accountId === accountId).reverse();
  }

  /** KORE has no idempotency: every accepted body is one more request. @throws EsimRefusal */
  submit({ account, input, now }: Submission): EsimRequest {
    const offer = this.#sims
      .catalog(account)
      .offers.find((each) => each.activationProfileId === input.activationProfileId);
    const errors = input.refs.flatMap((ref) => {
      const message = this.#objectionTo(account, input, ref, offer);
      return message === null ? [] : [{ eid: ref.eid, message }];
    });
    const offers = new Set(input.refs.map(({ eid }) => this.current(account, eid)?.serviceType.productOffer));
    if (errors.length === 0 && offers.size > 1) {
      for (const { eid } of input.refs) errors.push({ eid, message: "All eIds must have one product offer" });
    }
    if (errors.length > 0) throw new EsimRefusal(errors);
    const request: EsimRequest = {
      id: `cmp-cpro-request-${this.#nextId++}`,
      accountId: account.id,
      type: TYPES[input.action],
      createdAt: now,
      activationProfileId: input.activationProfileId,
      input,
      items: input.refs.map((ref) => ({
        ref,
        status: "Created",
        error: "",
        old: this.current(account, ref.eid),
        new: null,
        onlineAt: now + this.#sessionAfter,
        run: 0,
        waitsForRetry: false,
      })),
    };
    this.#requests.push(request);
    for (const item of request.items) this.#run(item, { account, input, offer, now });
    return request;
  }

  /** Runs failed EIDs again. */
  retry(account: Account, request: EsimRequest, eids: readonly string[], { skipsSessionCheck, now }: Retry): Outcome {
    const { input } = request;
    const offer = this.#sims
      .catalog(account)
      .offers.find((one) => one.activationProfileId === request.activationProfileId);
    return this.#each(request, eids, (item) => {
      if (item.status !== "Failed" && !(skipsSessionCheck && item.status === "Waiting for session")) return false;
      this.#run(item, { account, input: { ...input, skipsSessionCheck }, offer, now });
      return true;
    });
  }

  /** @param onlyRetries cancels automatic retries only: the EID stays failed */
  cancel(request: EsimRequest, eids: readonly string[] | null, onlyRetries: boolean): Outcome {
    const all = request.items.map(({ ref }) => ref.eid);
    return this.#each(request, eids ?? all, (item) => {
      if (ENDED.has(item.status) || (onlyRetries && !item.waitsForRetry)) return false;
      item.run += 1;
      item.waitsForRetry = false;
      item.status = onlyRetries ? "Failed" : "Cancelled";
      return true;
    });
  }

  #each(request: EsimRequest, eids: readonly string[], act: (item: EsimItem) => boolean): Outcome {
    const accepts = (eid: string) => {
      const item = request.items.find(({ ref }) => ref.eid === eid);
      return item !== undefined && act(item);
    };
    const outcome: Outcome = { accepted: [], rejected: [] };
    for (const eid of eids) (accepts(eid) ? outcome.accepted : outcome.rejected).push(eid);
    return outcome;
  }

  /** The account's SIM whose profile is enabled on an eSIM. */
  current(account: Account, eid: string): Sim | null {
    const sims = this.#sims.byEid(eid).filter((sim) => sim.account === account);
    return sims.find((sim) => this.#sims.rspStatus(sim) === "ENABLED") ?? null;
  }

  /** A request of the past, for display. */
  seed(account: Account, { current, before, status, error = "", at: createdAt }: SeededEsimRequest): void {
    const ref = { eid: this.#sims.eid(current) ?? "", imei: null, iccid: null };
    const offer = this.#sims.catalog(account).offers.find((each) => each.serviceType.needs === "nothing");
    const activationProfileId = offer?.activationProfileId ?? null;
    const flags = { keepsOld: true, suspendsOld: false, skipsSessionCheck: false, retries: false, hasIpnd: false };
    const old = before ?? current;
    const next = before ? current : null;
    this.#requests.push({
      id: `cmp-cpro-request-${this.#nextId++}`,
      accountId: account.id,
      type: "SwitchProfile",
      createdAt,
      activationProfileId,
      input: { action: "switch", activationProfileId, refs: [ref], sku: null, ...flags },
      items: [{ ref, status, error, old, new: next, onlineAt: createdAt, run: 0, waitsForRetry: false }],
    });
  }

  /** OURS, where KORE states a rule in words only. */
  #objectionTo(account: Account, input: EsimInput, ref: EsimRef, offer: Offer | undefined): string | null {
    const current = this.current(account, ref.eid);
    if (!current) return "The eId is not in the account";
    if (!SUITABLE.has(this.#sims.state(current))) return "The subscription must be Test, Ready or Active";
    if (input.activationProfileId !== null) {
      if (!offer) return "Cannot be switched to the requested profile";
      const { needs } = offer.serviceType;
      if (needs === "imei-or-sku" && ref.imei === null && input.sku === null) return "imei or sku is required for VZW";
      return needs === "ipnd" && !input.hasIpnd ? "aus-ipnd-info is required for KORE TELS2" : null;
    }
    const named = this.#named(ref);
    if (!named || this.#sims.rspStatus(named) === null) return "The eId has no such profile";
    if (input.action === "delete" && named.serial === current.serial) return "An enabled profile cannot be deleted";
    return null;
  }

  #named({ eid, iccid }: EsimRef): Sim | undefined {
    return this.#sims.byEid(eid).find((sim) => this.#sims.iccid(sim) === iccid);
  }

  /** Created, then Pending or Waiting for session, then Acquired new profile, then Completed. */
  #run(item: EsimItem, work: Work): void {
    const { now, input } = work;
    const run = (item.run += 1);
    item.status = "Created";
    item.error = "";
    const at = (due: number, step: () => void) =>
      this.#scheduler.schedule(due, () => {
        if (item.run === run) step();
      });
    const begun = now + this.#pendingAfter;
    const isOnline = item.onlineAt <= begun;
    const done = Math.max(begun, now + this.#completedAfter, item.onlineAt);
    if (!isOnline && input.skipsSessionCheck) {
      at(begun, () => (item.status = "Pending"));
      at(Math.max(begun, now + this.#completedAfter), () => this.#fail(item, work, "Download timed out"));
      return;
    }
    at(begun, () => (item.status = isOnline ? "Pending" : "Waiting for session"));
    if (item.onlineAt > now + HOUR) {
      at(now + HOUR, () =>
        this.#fail(item, { ...work, input: { ...input, retries: false } }, "No session within an hour"),
      );
      return;
    }
    at(Math.max(begun, item.onlineAt), () => (item.status = "Pending"));
    at((Math.max(begun, item.onlineAt) + done) / 2, () => this.#acquire(item, work));
    at(done, () => this.#finish(item, work, done));
  }

  /** With automatic retries the step is repeated once the device is in a session. */
  #fail(item: EsimItem, work: Work, error: string): void {
    item.error = error;
    item.waitsForRetry = work.input.retries;
    item.status = work.input.retries ? "Waiting for session" : "Failed";
    const { run, onlineAt } = item;
    if (!work.input.retries) return;
    this.#scheduler.schedule(onlineAt, () => {
      if (item.run !== run) return;
      item.waitsForRetry = false;
      this.#run(item, { ...work, now: onlineAt });
    });
  }

  #acquire(item: EsimItem, { account, input, offer }: Work): void {
    if (input.activationProfileId === null) {
      item.new = this.#named(item.ref) ?? null;
      return;
    }
    item.new ??= offer ? this.#inStock(account, offer) : null;
    if (!item.new) {
      item.run += 1;
      item.status = "Failed";
      item.error = "No profile of this product is in stock";
      return;
    }
    item.status = "Acquired new profile";
    this.#sims.attach(item.new, item.ref.eid);
  }

  /** OURS: KORE's profiles in stock are the account's Stock SIMs that are on no eSIM. */
  #inStock(account: Account, offer: Offer): Sim | null {
    for (let index = 0; index < account.sims; index += 1) {
      if (this.#sims.stateAt(account, index) !== "Stock") continue;
      const sim = this.#sims.at(account, index);
      const isOwn = sim.account === account;
      if (isOwn && sim.serviceType === offer.serviceType && this.#sims.eid(sim) === null) return sim;
    }
    return null;
  }

  #finish(item: EsimItem, { account, input, offer }: Work, at: number): void {
    const { old, new: next, ref } = item;
    if (!next) return;
    item.status = "Completed";
    if (input.action === "delete") {
      this.#sims.setRspStatus(next, null);
      return;
    }
    if (offer) {
      const { profiles } = this.#sims.record(next);
      const imei = ref.imei ?? (old && this.#sims.record(old).imei);
      this.#move(next, "Active", at);
      this.#sims.change(next, { profiles: startPeriod(profiles, offer.profileId, at), imei, modifiedAt: at });
    }
    if (input.action === "download") {
      this.#sims.setRspStatus(next, "DISABLED");
      return;
    }
    for (const sim of this.#sims.byEid(ref.eid)) {
      if (this.#sims.rspStatus(sim) === "ENABLED") this.#sims.setRspStatus(sim, "DISABLED");
    }
    this.#sims.setRspStatus(next, "ENABLED");
    if (input.action !== "switch" || !old || input.keepsOld || old.account !== account) return;
    this.#move(old, input.suspendsOld ? "Suspend" : "Deactivated", at);
  }

  #move(sim: Sim, to: SimState, at: number): void {
    const from = this.#sims.state(sim);
    if (from === to) return;
    this.#sims.change(sim, { states: startPeriod(this.#sims.record(sim).states, to, at), modifiedAt: at });
    const subscriptionId = this.#sims.subscriptionId(sim);
    this.#listener.simChanged({ accountId: sim.account.id, subscriptionId, from, to, at });
  }
}

interface SeededEsimRequest {
  /** The enabled SIM of the eSIM. */
  readonly current: Sim;
  /** The SIM before it. @default the switch is not done */
  readonly before?: Sim;
  readonly status: EidStatus;
  readonly error?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface Retry {
  readonly skipsSessionCheck: boolean;
  readonly now: number;
}

/** A request and what it does to one of its eSIMs. */
interface Work {
  readonly account: Account;
  readonly input: EsimInput;
  readonly offer: Offer | undefined;
  readonly now: number;
}
