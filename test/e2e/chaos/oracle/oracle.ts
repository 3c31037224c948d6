import { type Simulator, type SimulatorOptions } from "../../../../src/simulator/index.ts";
import { createFixtures, type Fixtures } from "../../../../src/simulator/fixtures/fixtures.ts";
import { type Expected, oneOf, matching } from "./compare.ts";

/** When a question was asked and answered. Milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** KORE's reply to somebody else's same question, still on its way, is as old as this at most. */
const MAX_SHARED_AGE = 1_000;

const PENDING_AFTER = 300;
export const COMPLETED_AFTER = 1_200;

/** SIMs that are only read, of every state and kind. */
export const READ_ONLY = "library";
/** SIMs to be activated, and then terminated. */
const STOCKS = ["stock-1", "stock-2"];
const FLEETS = Array.from({ length: 8 }, (_, n) => `fleet-${n + 1}`);
/** Each has a writer of its own, so that what a writer does follows from what it did. */
export const WRITTEN = [...FLEETS, ...STOCKS];

export const SIMULATOR_OPTIONS = {
  clock: "real",
  accounts: {
    [READ_ONLY]: { sims: 1200 },
    ...Object.fromEntries(FLEETS.map((name) => [name, { sims: 40, states: "Active", esims: "none" }] as const)),
    ...Object.fromEntries(STOCKS.map((name) => [name, { sims: 400, states: "Stock", esims: "none" }] as const)),
  },
  provisioning: { pendingAfterMs: PENDING_AFTER, completedAfterMs: COMPLETED_AFTER },
  tokenLifetimes: { legacy: 40, current: 40 },
} as const satisfies SimulatorOptions;

type Request = ReturnType<Simulator["provisioningRequests"]>[number];

/** What KORE knows, in the graph's words. */
export class Oracle {
  readonly kore: Simulator;
  /** The same world once more, which nobody changes: for what never changes. */
  readonly #twin: Fixtures;
  readonly #iccids = new Map<string, readonly string[]>();

  constructor(kore: Simulator) {
    this.kore = kore;
    this.#twin = createFixtures(SIMULATOR_OPTIONS, kore.credentials, { simChanged: nothing, requestChanged: nothing });
  }

  get accounts() {
    return this.#twin.sims.accounts;
  }

  get clients() {
    return this.kore.clients();
  }

  /** In KORE's order. */
  iccids(accountId: string): readonly string[] {
    let iccids = this.#iccids.get(accountId);
    if (!iccids) this.#iccids.set(accountId, (iccids = this.kore.iccids(accountId)));
    return iccids;
  }

  view(accountId: string, iccid: string) {
    const view = this.kore.sim(accountId, iccid);
    if (!view) throw new Error(`${accountId} has no SIM ${iccid}`);
    return view;
  }

  offers(accountId: string) {
    return this.#catalog(accountId).offers;
  }

  account(accountId: string): Expected {
    const { id, number, name } = this.#account(accountId);
    const costCenters = this.#catalog(accountId).costCenters.map(({ id, name, pk }) => ({ id, name, key: pk }));
    const activationProfiles = this.offers(accountId).map((offer) => this.activationProfile(accountId, offer));
    return { id, number: String(number), name, costCenters, activationProfiles };
  }

  activationProfile(accountId: string, offer: ReturnType<Oracle["offers"]>[number]): Expected {
    return {
      accountId,
      id: offer.activationProfileId,
      name: offer.name,
      description: offer.description,
      serviceTypeId: offer.serviceType.id,
      planIds: offer.plans.map(({ id }) => id),
    };
  }

  client(client: Oracle["clients"][number]): Expected {
    const { id, accountId, name, owner, type, locked } = client;
    return { id, accountId, name, owner, type: type.toUpperCase(), isLocked: locked };
  }

  /** A SIM as it may be told by who was asked and has answered in this time. */
  sim(accountId: string, iccid: string, span: Span): Expected {
    const view = this.view(accountId, iccid);
    const { sims } = this.#twin;
    const sim = sims.byIccid(iccid);
    if (!sim) throw new Error("the twin world is another world");
    const costCenter = this.#catalog(accountId).costCenters[sims.costCenter(sim.account, sim.serial)];
    return {
      accountId,
      id: view.subscriptionId,
      iccid,
      eid: view.eid,
      isEsim: view.eid !== null,
      imsi: view.imsi,
      msisdns: matching(`none or ${view.msisdns.join()}`, (told: string[]) =>
        told.every((msisdn) => view.msisdns.includes(msisdn)),
      ),
      state: oneOf(...this.statesOf(accountId, iccid, span)),
      stateHistory: matching(`the states so far: ${view.history.join()}`, (told: { state: string }[]) => {
        const last = this.#entered(view, span);
        return last.includes(told.length - 1) && told.every(({ state }, n) => state === toState(view.history[n]));
      }),
      serviceTypeId: sim.serviceType.id,
      costCenter: costCenter && { id: costCenter.id, name: costCenter.name },
      profile: matching("one of the account's profiles", (told: { id: string; plans: { id: string }[] } | null) => {
        // A SIM gets one when it is first activated.
        if (told === null) return !view.history.slice(0, (this.#entered(view, span)[0] ?? 0) + 1).includes("Active");
        const offer = this.offers(accountId).find(({ profileId }) => String(profileId) === told.id);
        return offer?.plans.map(({ id }) => id).join() === told.plans.map(({ id }) => id).join();
      }),
      lastProvisioningRequest: matching("the newest request that names the SIM", (told: { id: string } | null) =>
        this.#newest(accountId, iccid, span).includes(told?.id ?? null),
      ),
    };
  }

  /** The states that a SIM had in a time, in the graph's words. */
  statesOf(accountId: string, iccid: string, span: Span): string[] {
    const view = this.view(accountId, iccid);
    return this.#entered(view, span).map((n) => toState(view.history[n]));
  }

  request(accountId: string, request: Request, span: Span): Expected {
    const status = oneOf(...statusesOf(request, span));
    return { accountId, id: request.id, status, numberOfSubscriptions: request.subscriptions.length };
  }

  requests(accountId: string): Request[] {
    return this.kore.provisioningRequests(accountId);
  }

  /** The requests that carry a mark: the address that a write of ours put into it. */
  held(accountId: string, mark: string): Request[] {
    return this.requests(accountId).filter(({ body }) => markOf(body) === mark);
  }

  /** Places in a SIM's history that were the present one at some time of the span. */
  #entered({ history, enteredAt }: ReturnType<Oracle["view"]>, { from, until }: Span): number[] {
    return history.flatMap((_, n) => {
      const left = enteredAt[n + 1]?.getTime() ?? Infinity;
      return (enteredAt[n]?.getTime() ?? 0) <= until && left >= from - MAX_SHARED_AGE ? [n] : [];
    });
  }

  #newest(accountId: string, iccid: string, { from, until }: Span): (string | null)[] {
    const naming = this.requests(accountId).filter(
      ({ subscriptions, createdAt }) =>
        subscriptions.some((sim) => sim.iccid === iccid) && createdAt.getTime() <= until,
    );
    const known = naming.filter(({ createdAt }) => createdAt.getTime() < from - MAX_SHARED_AGE);
    const newest = Math.max(0, ...known.map(({ createdAt }) => createdAt.getTime()));
    // KORE's dates have whole seconds: of two in one second either is the newest.
    const ids = naming.filter(({ createdAt }) => createdAt.getTime() > newest - 1000).map(({ id }) => id);
    return known.length === 0 ? [null, ...ids] : ids;
  }

  #account(accountId: string) {
    const account = this.#twin.sims.account(accountId);
    if (!account) throw new Error(`no account ${accountId}`);
    return account;
  }

  #catalog(accountId: string) {
    return this.#twin.sims.catalog(this.#account(accountId));
  }
}

/** Our name of a state of KORE's. */
function toState(state = ""): string {
  if (state === "Suspend") return "SUSPENDED";
  if (state === "Suspend With Charge") return "SUSPENDED_WITH_CHARGE";
  return state.toUpperCase().replaceAll(" ", "_");
}

/** The address in a provisioning body; null for one of another making. */
function markOf(body: unknown): string | null {
  const [order] = Object.values((body ?? {}) as Record<string, { "mail-to"?: string }>);
  return order?.["mail-to"] ?? null;
}

function statusesOf({ createdAt }: Request, { from, until }: Span): string[] {
  const pending = createdAt.getTime() + PENDING_AFTER;
  const completed = createdAt.getTime() + COMPLETED_AFTER;
  const earliest = from - MAX_SHARED_AGE;
  return [
    ...(earliest <= pending ? ["SUBMITTED"] : []),
    ...(until >= pending && earliest <= completed ? ["PENDING"] : []),
    ...(until >= completed ? ["COMPLETED"] : []),
  ];
}

const nothing = () => undefined;
