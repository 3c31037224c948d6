import { type Simulator, type SimulatorOptions } from "../../../../src/simulator/index.ts";
import { createFixtures, type Fixtures } from "../../../../src/simulator/fixtures/fixtures.ts";
import { type Expected, oneOf, matching } from "./compare.ts";

/** From request to answer. Milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Maximum age of a reply that is shared with an earlier request. Milliseconds. */
const MAX_SHARED_AGE = 1_000;

const PENDING_AFTER = 300;
export const COMPLETED_AFTER = 1_200;

/** An account that is only read, with SIMs of every state and kind. */
export const READ_ONLY = "library";
/** Accounts with SIMs to be activated and terminated. */
const STOCKS = ["stock-1", "stock-2"];
const FLEETS = Array.from({ length: 8 }, (_, n) => `fleet-${n + 1}`);
/** Accounts with one writer each, so that a run is reproducible by its seed. */
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

/** The simulator's data in the graph's schema: what answers must be. */
export class Oracle {
  readonly kore: Simulator;
  /** Unchanged fixtures with the same options, for constant data. */
  readonly #fixtures: Fixtures;
  readonly #iccids = new Map<string, readonly string[]>();

  constructor(kore: Simulator) {
    this.kore = kore;
    this.#fixtures = createFixtures(SIMULATOR_OPTIONS, kore.credentials, {
      simChanged: nothing,
      requestChanged: nothing,
      messageChanged: nothing,
    });
  }

  get accounts() {
    return this.#fixtures.sims.accounts;
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

  /** A SIM in an answer of this span. */
  sim(accountId: string, iccid: string, span: Span): Expected {
    const view = this.view(accountId, iccid);
    const { sims } = this.#fixtures;
    const sim = sims.byIccid(iccid);
    if (!sim) throw new Error("the fixtures have no such SIM");
    const costCenter = sims.costCenter(sim);
    return {
      accountId,
      id: view.subscriptionId,
      iccid,
      eid: view.eid,
      isEsim: view.eid !== null,
      imsi: view.imsi,
      msisdns: matching(`none or ${view.msisdns.join()}`, (actual: string[]) =>
        actual.every((msisdn) => view.msisdns.includes(msisdn)),
      ),
      state: oneOf(...this.statesOf(accountId, iccid, span)),
      stateHistory: matching(`the states so far: ${view.history.join()}`, (actual: { state: string }[]) => {
        const last = this.#entered(view, span);
        return last.includes(actual.length - 1) && actual.every(({ state }, n) => state === toState(view.history[n]));
      }),
      serviceTypeId: sim.serviceType.id,
      costCenter: costCenter && { id: costCenter.id, name: costCenter.name },
      profile: matching("one of the account's profiles", (actual: { id: string; plans: { id: string }[] } | null) => {
        // A SIM gets one when it is first activated.
        if (actual === null) return !view.history.slice(0, (this.#entered(view, span)[0] ?? 0) + 1).includes("Active");
        const offer = this.offers(accountId).find(({ profileId }) => String(profileId) === actual.id);
        return offer?.plans.map(({ id }) => id).join() === actual.plans.map(({ id }) => id).join();
      }),
      lastProvisioningRequest: matching("the newest request that names the SIM", (actual: { id: string } | null) =>
        this.#newest(accountId, iccid, span).includes(actual?.id ?? null),
      ),
    };
  }

  /** The states of a SIM within a span, as the schema names them. */
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

  /** The requests of an order, by the address in their body. */
  held(accountId: string, mark: string): Request[] {
    return this.requests(accountId).filter(({ body }) => markOf(body) === mark);
  }

  /** Positions in a SIM's history that were current within the span. */
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
    // KORE's dates have whole seconds: of two requests in one second, either is the newest.
    const ids = naming.filter(({ createdAt }) => createdAt.getTime() > newest - 1000).map(({ id }) => id);
    return known.length === 0 ? [null, ...ids] : ids;
  }

  #account(accountId: string) {
    const account = this.#fixtures.sims.account(accountId);
    if (!account) throw new Error(`no account ${accountId}`);
    return account;
  }

  #catalog(accountId: string) {
    return this.#fixtures.sims.catalog(this.#account(accountId));
  }
}

/** The schema's name of a state of KORE's. */
function toState(state = ""): string {
  if (state === "Suspend") return "SUSPENDED";
  if (state === "Suspend With Charge") return "SUSPENDED_WITH_CHARGE";
  return state.toUpperCase().replaceAll(" ", "_");
}

/** The e-mail address in a provisioning body; null: none. */
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
