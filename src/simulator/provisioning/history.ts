import { type SimState } from "../state-machine.ts";
import { type Account } from "../fixtures/accounts.ts";
import { EPOCH } from "../fixtures/history.ts";
import { type Sim, type Sims } from "../fixtures/sims.ts";
import { type Item, type ProvisioningRequest, type RequestStatus, type RequestType } from "./requests.ts";

interface RequestTemplate {
  readonly type: RequestType;
  readonly status: RequestStatus;
  /** The SIMs' current state: the result of the request, or the state that it is going to change. */
  readonly state: SimState;
  readonly sims: number;
  /** SIMs that failed, at the end of the list, with their unchanged state and the error. */
  readonly failed?: { readonly sims: number; readonly state: SimState; readonly error: string };
  readonly source: "Portal" | "API" | "Mail";
}

/** The history of each account, oldest first. Unfinished requests never finish: they are for display. */
const TEMPLATES: readonly RequestTemplate[] = [
  { type: "Activation", status: "completed", state: "Active", sims: 24, source: "Portal" },
  { type: "StateChange", status: "completed", state: "Suspend", sims: 4, source: "API" },
  { type: "Deactivation", status: "completed", state: "Deactivated", sims: 3, source: "API" },
  {
    type: "Activation",
    status: "completed",
    state: "Active",
    sims: 12,
    failed: { sims: 2, state: "Stock", error: "The network did not answer in time" },
    source: "API",
  },
  { type: "PlanChange", status: "completed", state: "Active", sims: 6, source: "Portal" },
  {
    type: "Reactivation",
    status: "completed",
    state: "Active",
    sims: 5,
    failed: { sims: 1, state: "Barred", error: "reactivate is not allowed in SIM state Barred" },
    source: "API",
  },
  { type: "ProfileChange", status: "completed", state: "Active", sims: 2, source: "Mail" },
  { type: "Deactivation", status: "completed", state: "Pending Scrap", sims: 2, source: "API" },
  { type: "PlanChange", status: "failed", state: "Active", sims: 3, source: "API" },
  { type: "Activation", status: "pending", state: "Stock", sims: 8, source: "Portal" },
  { type: "StateChange", status: "submitted", state: "Active", sims: 2, source: "API" },
];

const CANDIDATES = 400;

/** Seeded provisioning requests of an account. They name only its first SIMs, so they do not depend on the number of SIMs. */
export function requestHistory(sims: Sims, account: Account): ProvisioningRequest[] {
  const first = Array.from({ length: Math.min(account.sims, CANDIDATES) }, (_, index) => sims.at(account, index));
  const inState = (state: SimState) => first.filter((sim) => sims.state(sim) === state);
  return TEMPLATES.flatMap((template, n) => {
    const type = account.serviceTypes[n % Math.min(2, account.serviceTypes.length)];
    const isOfType = (sim: Sim) => sim.serviceType === type;
    const { failed } = template;
    const done = inState(template.state).filter((sim) => isOfType(sim) || template.sims < 3);
    // Of this type if there are any (few are Barred), and in that state by then.
    const left = failed
      ? inState(failed.state).filter((sim) => sims.modifiedAt(account, sim.index) < createdAt(account, n))
      : [];
    const items = [
      ...some(done, template.sims - (failed?.sims ?? 0), n).map((sim) => item(sims, sim, template, "")),
      ...some(left.some(isOfType) ? left.filter(isOfType) : left, failed?.sims ?? 0, n).map((sim) =>
        item(sims, sim, template, failed?.error ?? ""),
      ),
    ];
    return done.length === 0 ? [] : [request({ sims, account, template, n, items })];
  });
}

/** `count` SIMs, from another offset for each template. */
function some(of: readonly Sim[], count: number, n: number): readonly Sim[] {
  const offset = of.length > count ? (n * 5) % (of.length - count) : 0;
  return of.slice(offset, offset + count);
}

function createdAt(account: Account, n: number): number {
  return EPOCH - (TEMPLATES.length - n) * 3 * 86_400_000 - account.ordinal * 3_600_000 - n * 754_000;
}

interface Seed {
  readonly sims: Sims;
  readonly account: Account;
  readonly template: RequestTemplate;
  /** Position of the template. */
  readonly n: number;
  readonly items: readonly Item[];
}

function request({ sims, account, template, n, items }: Seed): ProvisioningRequest {
  const created = createdAt(account, n);
  const finished = template.status === "completed" || template.status === "failed";
  const serviceType = items[0]?.sim?.serviceType;
  const offer = sims.catalog(account).offers.find((o) => o.serviceType === serviceType);
  const namesProfile = ["Activation", "PlanChange", "ProfileChange"].includes(template.type);
  return {
    id: `cmp-cpro-request-${20_001 + account.ordinal * 100 + n}`,
    accountId: account.id,
    type: template.type,
    status: template.status,
    serviceType: serviceType?.name ?? "",
    createdAt: created,
    completedAt: finished ? created + 95_000 + n * 7_000 : null,
    source: template.source,
    provisionedBy: template.source === "API" ? "Provisioning robot" : "dana.okafor@meridian.example",
    activationProfileId: namesProfile ? (offer?.activationProfileId ?? null) : null,
    items,
    body: null,
  };
}

function item(sims: Sims, sim: Sim, template: RequestTemplate, error: string): Item {
  const outcome = error === "" ? "Completed" : "Failed";
  return {
    sim,
    subscriptionId: sims.subscriptionId(sim),
    iccid: sims.iccid(sim),
    imei: null,
    outcome: template.status === "completed" ? outcome : "Pending",
    error,
  };
}
