import { InvalidInput } from "../http/json-fields.ts";
import { type SimulatorOptions } from "../options.ts";
import { type Action, next, type SimState } from "../state-machine.ts";
import { type Account } from "../fixtures/accounts.ts";
import { type Offer } from "../fixtures/catalog.ts";
import { startPeriod, type Period } from "../fixtures/history.ts";
import { type Sim, type Sims } from "../fixtures/sims.ts";
import { Scheduler } from "../time/scheduler.ts";
import { type ProvisioningInput, type SimRef } from "./input.ts";
import { type Item, type ProvisioningRequest, Requests, type RequestStatus, type RequestType } from "./requests.ts";
import { type ChangeListener } from "./listener.ts";

const TYPE_OF_ACTION: Readonly<Record<Action, RequestType>> = {
  activate: "Activation",
  suspend: "StateChange",
  reactivate: "Reactivation",
  deactivate: "Deactivation",
  "plan-feature-change": "PlanChange",
  terminate: "Deactivation",
};

/** Ids of requests made at run time start here, above those of the seed data. */
const FIRST_ID = 27_580;

interface Submission {
  readonly account: Account;
  readonly input: ProvisioningInput;
  /** As received. */
  readonly body: unknown;
  /** Name of the calling client. */
  readonly by: string;
  readonly now: number;
}

/** A request and what it does to each of its SIMs. */
interface Work {
  readonly input: ProvisioningInput;
  readonly offer: Offer | null;
  readonly at: number;
}

/** A SIM is part of another unfinished request: 409, with `refuseBusySims`. */
export class SimBusy extends Error {}

/** Accepts provisioning requests, runs them by the clock, and keeps their results. */
export class Provisioning {
  readonly requests = new Requests();
  readonly #scheduler = new Scheduler();
  readonly #sims: Sims;
  readonly #listener: ChangeListener;
  readonly #pendingAfter: number;
  readonly #completedAfter: number;
  readonly #scrappedAfter: number;
  readonly #maxSims: number;
  readonly #refuseBusy: boolean;
  #nextId = FIRST_ID;

  constructor(sims: Sims, options: NonNullable<SimulatorOptions["provisioning"]>, listener: ChangeListener) {
    this.#sims = sims;
    this.#listener = listener;
    this.#pendingAfter = options.pendingAfterMs ?? 300;
    this.#completedAfter = options.completedAfterMs ?? 2_000;
    this.#scrappedAfter = options.scrappedAfterMs ?? 86_400_000;
    this.#maxSims = options.maxSims ?? Infinity;
    this.#refuseBusy = options.refuseBusySims ?? false;
  }

  settle(now: number): void {
    this.#scheduler.runDue(now);
  }

  /** When the next change is due, in milliseconds; null when none is. */
  get nextChange(): number | null {
    return this.#scheduler.next;
  }

  /** KORE has no idempotency: every accepted body is one more request. */
  submit({ account, input, body, by, now }: Submission): ProvisioningRequest {
    if (input.refs.length > this.#maxSims) throw new InvalidInput(`at most ${this.#maxSims} subscriptions per request`);
    const items = input.refs.map((ref) => this.#item(account, ref));
    if (this.#refuseBusy && items.some(({ sim }) => sim && this.requests.isBusy(sim)))
      throw new SimBusy("a subscription is part of a provisioning request in progress");
    // KORE: mandatory for TELS2. OURS: that its lack refuses the whole body.
    if (input.action === "activate" && !input.ipnd && items.some(({ sim }) => sim?.serviceType.needs === "ipnd"))
      throw new InvalidInput("service-type-info.aus-ipnd-info is required for KORE TELS2");

    const request: ProvisioningRequest = {
      id: `cmp-cpro-request-${this.#nextId++}`,
      accountId: account.id,
      type: TYPE_OF_ACTION[input.action],
      status: "submitted",
      serviceType: items.find(({ sim }) => sim)?.sim?.serviceType.name ?? "",
      createdAt: now,
      completedAt: null,
      source: "API",
      provisionedBy: by,
      activationProfileId: input.activationProfileId,
      items,
      body,
    };
    this.requests.add(request);
    const offer = this.#offer(account, input);
    const begun = now + this.#pendingAfter;
    this.#scheduler.schedule(begun, () => {
      // OURS: an unknown activation profile is what makes a request fail to be created.
      if (offer === undefined) request.completedAt = begun;
      this.#moveOn(request, offer === undefined ? "failed" : "pending", begun);
    });
    const done = now + Math.max(this.#pendingAfter, this.#completedAfter);
    this.#scheduler.schedule(done, () => {
      if (offer !== undefined) this.#complete(request, input, offer, done);
    });
    return request;
  }

  #item(account: Account, ref: SimRef): Item {
    const byId = ref.subscriptionId === null ? null : this.#sims.bySubscriptionId(ref.subscriptionId);
    const byIccid = ref.iccid === null ? null : this.#sims.byIccid(ref.iccid);
    const found = byId ?? byIccid;
    const disagree = ref.subscriptionId !== null && ref.iccid !== null && byId?.serial !== byIccid?.serial;
    const sim = found && !disagree && found.account === account ? found : null;
    return {
      sim,
      subscriptionId: sim ? this.#sims.subscriptionId(sim) : (ref.subscriptionId ?? ""),
      iccid: sim ? this.#sims.iccid(sim) : (ref.iccid ?? ""),
      imei: ref.imei,
      outcome: "Pending",
      error: "",
    };
  }

  /** null: none was named. undefined: the account has no such activation profile. */
  #offer(account: Account, { activationProfileId: id }: ProvisioningInput): Offer | null | undefined {
    if (id === null) return null;
    return this.#sims.catalog(account).offers.find((offer) => offer.activationProfileId === id);
  }

  #complete(request: ProvisioningRequest, input: ProvisioningInput, offer: Offer | null, at: number): void {
    const changed: Sim[] = [];
    for (const item of request.items) {
      item.error = item.sim ? (this.#apply(item.sim, item, { input, offer, at }) ?? "") : "subscription not found";
      item.outcome = item.error === "" ? "Completed" : "Failed";
      if (item.sim && item.outcome === "Completed") changed.push(item.sim);
    }
    request.completedAt = at;
    this.#moveOn(request, "completed", at); // also when every SIM failed: KORE has no status for partial failure
    if (input.action === "terminate") this.#scrapLater(changed, at + this.#scrappedAfter);
  }

  #moveOn(request: ProvisioningRequest, status: RequestStatus, at: number): void {
    const from = request.status;
    request.status = status;
    this.#listener.requestChanged(request, from, at);
  }

  /** Applies the action to one SIM. Returns the error of a SIM that it does not apply to. */
  #apply(sim: Sim, item: Item, { input, offer, at }: Work): string | null {
    const record = this.#sims.record(sim);
    const state = this.#sims.state(sim);
    const to = next(input.action, state, input.activationState);
    if ("error" in to) return to.error;
    const refused = this.#refused(sim, item, input, offer);
    if (refused !== null) return refused;

    const states: readonly Period<typeof to.state>[] =
      to.state === state ? record.states : startPeriod(record.states, to.state, at);
    const profileId = offer?.profileId ?? (input.action === "activate" ? this.#standardProfile(sim) : null);
    const current = record.profiles.at(-1);
    const profiles =
      profileId === null || (current?.to === null && current.value === profileId)
        ? record.profiles
        : startPeriod(record.profiles, profileId, at);
    this.#sims.change(sim, {
      states,
      profiles,
      modifiedAt: at,
      ...(item.imei === null ? {} : { imei: item.imei }),
    });
    if (to.state !== state) this.#notifyState(sim, state, to.state, at);
    return null;
  }

  /** Rules beside the state machine. KORE states them in words; that they fail per SIM is OURS. */
  #refused(sim: Sim, item: Item, input: ProvisioningInput, offer: Offer | null): string | null {
    const { needs, name } = sim.serviceType;
    if (offer && offer.serviceType !== sim.serviceType) return `activation profile does not fit service type ${name}`;
    if (input.action === "activate") {
      if (needs === "imei" && item.imei === null) return `imei is required for ${name}`;
      if (needs === "imei-or-sku" && item.imei === null && input.sku === null)
        return `imei or sku is required for ${name}`;
    }
    if (input.action === "terminate" && !input.forceEsimTermination) {
      const eid = this.#sims.eid(sim);
      if (eid !== null && this.#sims.rspStatus(sim) === "ENABLED" && this.#sims.byEid(eid).length > 1)
        return "the eSIM profile is enabled and its EID holds several ICCIDs; force-enabled-esim-profile-termination is needed";
    }
    return null;
  }

  /** Profile after an activation without activation profile. OURS. */
  #standardProfile(sim: Sim): number | null {
    const current = this.#sims.record(sim).profiles.at(-1);
    if (current) return null;
    const { offers } = this.#sims.catalog(sim.account);
    return offers.find((offer) => offer.serviceType === sim.serviceType)?.profileId ?? null;
  }

  #scrapLater(sims: readonly Sim[], at: number): void {
    this.#scheduler.schedule(at, () => {
      for (const sim of sims) {
        const { states } = this.#sims.record(sim);
        if (states.at(-1)?.value !== "Pending Scrap") continue;
        this.#sims.change(sim, { states: startPeriod(states, "Scrapped", at), modifiedAt: at });
        this.#notifyState(sim, "Pending Scrap", "Scrapped", at);
      }
    });
  }

  #notifyState(sim: Sim, from: SimState, to: SimState, at: number): void {
    const subscriptionId = this.#sims.subscriptionId(sim);
    this.#listener.simChanged({ accountId: sim.account.id, subscriptionId, from, to, at });
  }
}
