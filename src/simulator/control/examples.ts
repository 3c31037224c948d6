import { type Backend } from "../backend.ts";
import { basicCredentials, developerCredentials } from "../clients/seeds.ts";
import { type Account } from "../fixtures/accounts.ts";
import { type Sim } from "../fixtures/sims.ts";
import { type EidStatus, type EsimRequest } from "../provisioning/esim-request.ts";

/** Ids to try. They do not depend on the number of SIMs, so examples in documents stay valid. */
export interface Examples {
  readonly accountId: string;
  readonly childAccountId?: string;
  /** An account that exists and is hidden from the credential. */
  readonly hiddenAccountId?: string;
  /** An Active SIM of `accountId`. */
  readonly iccid: string;
  readonly subscriptionId: string;
  /** Five Active SIMs, that one first. */
  readonly iccids: readonly string[];
  /** The same, as an input of an order. */
  readonly sims: readonly { readonly iccid: string }[];
  /** An EID that holds two SIMs. */
  readonly eid: string;
  /** An EID whose enabled profile is of an Active SIM, and which holds a second profile, of an Active one if there is one. */
  readonly esimEid: string;
  /** The ICCID of that second profile. */
  readonly esimIccid: string;
  /** An EID whose only profile is of an Active SIM. */
  readonly switchEid: string;
  /** Fits a switch of `switchEid`, and needs neither IMEI, SKU nor IPND details. */
  readonly esimActivationProfileId: string;
  /** "" where there is none yet. */
  readonly esimRequestId: string;
  readonly failedEsimRequestId: string;
  readonly pendingEsimRequestId: string;
  /** A Stock SIM whose activation needs neither IMEI, SKU nor IPND details. */
  readonly stockIccid: string;
  /** Fits `stockIccid`. */
  readonly activationProfileId: string;
  /** The profile of `iccid`. */
  readonly profileId: string;
  readonly costCenterId: string;
  /** A month up to yesterday, for usage. */
  readonly from: string;
  readonly to: string;
  /** A plan of `profileId`. */
  readonly planId: string;
  readonly costCenterKey: string;
  /** A Stock SIM that no other example is about: for trying a transfer. */
  readonly transferIccid: string;
  /** Completed with a SIM that failed, with the default accounts; "" where there is none yet. */
  readonly provisioningRequestId: string;
  /** "" where there is none yet. */
  readonly diagnosticsRequestId: string;
  /** Of a failed request; "" where there is none yet. */
  readonly subscriptionRequestId: string;
  /** Two API clients that nothing uses: for trying the mutations that revoke access. */
  readonly clientId: string;
  readonly clientName: string;
  readonly doomedClientId: string;
  readonly doomedClientName: string;
  readonly clientAccountId: string;
  /** A portal user of that account to whom a client may be transferred. */
  readonly newOwner: string;
  /** acct_… to cmp-…; KORE publishes no call for it. */
  readonly accountMapping: Readonly<Record<string, string>>;
}

const CANDIDATES = 400;

const DAY = 86_400_000;

export function examplesOf({ fixtures, credentials, clock }: Backend): Examples {
  const { sims, provisioning, diagnostics, subscriptionRequests, esims, clients, users } = fixtures;
  const account = sims.accounts.find((a) => a.visible && a.sims > 0) ?? sims.accounts[0];
  if (!account) throw new RangeError("the fixtures have no account");
  const first = Array.from({ length: Math.min(account.sims, CANDIDATES) }, (_, index) => sims.at(account, index));
  const inState = (state: string): Sim[] => first.filter((sim) => sims.state(sim) === state);
  const active = inState("Active");
  const inStock = inState("Stock");
  const stock = inStock.find((sim) => sim.serviceType.needs === "nothing");
  const offers = sims.catalog(account).offers;
  const profileId = String((active[0] && sims.record(active[0]).profiles.at(-1)?.value) ?? offers[0]?.profileId ?? "");
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY).toISOString().slice(0, 10);
  const iccidOf = (sim: Sim | undefined): string => (sim ? sims.iccid(sim) : "");
  const [iccid] = active;
  const pair = first.find((sim) => sims.eidPosition(sim) === 1);
  const held = (sim: Sim) => sims.byEid(sims.eid(sim) ?? "");
  const isActive = (sim: Sim | undefined) => sim !== undefined && sims.state(sim) === "Active";
  const pairs = active.filter((sim) => sims.eidPosition(sim) === 0 && held(sim).length > 1);
  const switchable = pairs.find((sim) => isActive(held(sim)[1])) ?? pairs[0];
  const [, other] = switchable ? held(switchable) : [];
  // Not one of the first SIMs, whose eSIMs have seeded requests.
  const alone = active.find((sim) => sim.index > 10 && sims.eidPosition(sim) === 0 && held(sim).length === 1);
  const requests = provisioning.requests.list(account.id);
  const child = sims.accounts.find((a) => a.parentId === account.id);
  const hidden = sims.accounts.find((a) => !a.visible);
  const inUse = [credentials, basicCredentials(credentials), developerCredentials(credentials)];
  const [doomed, client] = clients
    .all()
    .filter(
      ({ id, accountId, locked }) =>
        accountId === account.clientAccountId && !locked && !inUse.some(({ clientId }) => clientId === id),
    );
  return {
    accountId: account.id,
    ...(child ? { childAccountId: child.id } : {}),
    ...(hidden ? { hiddenAccountId: hidden.id } : {}),
    iccid: iccidOf(iccid),
    subscriptionId: iccid ? sims.subscriptionId(iccid) : "",
    iccids: active.slice(0, 5).map(iccidOf),
    sims: active.slice(0, 5).map((sim) => ({ iccid: iccidOf(sim) })),
    eid: (pair && sims.eid(pair)) ?? "",
    esimEid: (switchable && sims.eid(switchable)) ?? "",
    esimIccid: iccidOf(other),
    switchEid: (alone && sims.eid(alone)) ?? "",
    esimActivationProfileId:
      offers.find(({ serviceType }) => serviceType === stock?.serviceType)?.activationProfileId ?? "",
    ...esimRequests(esims.list(account.id)),
    stockIccid: iccidOf(stock),
    activationProfileId:
      (offers.find((offer) => offer.serviceType === stock?.serviceType) ?? offers[0])?.activationProfileId ?? "",
    profileId,
    from: daysAgo(30),
    to: daysAgo(1),
    planId: (offers.find(({ profileId: id }) => String(id) === profileId) ?? offers[0])?.plans[0]?.id ?? "",
    costCenterId: sims.catalog(account).costCenters[0]?.id ?? "",
    costCenterKey: sims.catalog(account).costCenters[0]?.pk ?? "",
    transferIccid: iccidOf(inStock.findLast((sim) => sim !== stock)),
    provisioningRequestId: (requests.find((r) => r.items.some((i) => i.outcome === "Failed")) ?? requests[0])?.id ?? "",
    diagnosticsRequestId: diagnostics.list(account.id).at(-1)?.id ?? "",
    subscriptionRequestId: subscriptionRequests.list(account.id).at(-1)?.id ?? "",
    clientId: client?.id ?? "",
    clientName: client?.name ?? "",
    doomedClientId: doomed?.id ?? "",
    doomedClientName: doomed?.name ?? "",
    clientAccountId: account.clientAccountId,
    newOwner: users.all().find((u) => u.accountId === account.clientAccountId && u.role === "developer")?.email ?? "",
    accountMapping: mapping(sims.accounts),
  };
}

function esimRequests(requests: readonly EsimRequest[]) {
  const oldest = (status: EidStatus) =>
    [...requests].reverse().find(({ items }) => items.some((item) => item.status === status))?.id ?? "";
  return {
    esimRequestId: requests.at(-1)?.id ?? "",
    failedEsimRequestId: oldest("Failed"),
    pendingEsimRequestId: oldest("Waiting for session"),
  };
}

function mapping(accounts: readonly Account[]): Record<string, string> {
  return Object.fromEntries(accounts.map((account) => [account.clientAccountId, account.id]));
}
