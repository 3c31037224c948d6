import { type Backend, settle } from "../backend.ts";
import { type ClientSettings } from "../clients/client.ts";
import { type PortalUser } from "../clients/portal-users.ts";
import { type EsimInput } from "../provisioning/esim-input.ts";
import { type EidStatus } from "../provisioning/esim-request.ts";
import { type RequestStatus, type RequestType } from "../provisioning/requests.ts";
import { type SubscriptionRequest } from "../records/subscription-requests.ts";
import { type SimState } from "../state-machine.ts";

/** A SIM's state for tests, without HTTP. */
export interface SimView {
  readonly subscriptionId: string;
  readonly iccid: string;
  readonly eid: string | null;
  readonly imsi: string;
  readonly imei: string | null;
  readonly msisdns: readonly string[];
  readonly serviceType: string;
  readonly state: SimState;
  /** All states, oldest first. */
  readonly history: readonly SimState[];
  /** Start of each. */
  readonly enteredAt: readonly Date[];
  readonly profileId: number | null;
}

export interface HeldRequest {
  readonly id: string;
  readonly type: RequestType;
  readonly status: RequestStatus;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
  readonly activationProfileId: string | null;
  readonly subscriptions: readonly {
    readonly subscriptionId: string;
    readonly iccid: string;
    readonly outcome: "Pending" | "Completed" | "Failed";
    readonly error: string;
  }[];
  /** The JSON body as received; null for seeded requests. */
  readonly body: unknown;
}

/** An eSIM request with its body, as the simulator reads it. */
export interface HeldEsimRequest {
  readonly id: string;
  readonly type: string;
  readonly createdAt: Date;
  readonly activationProfileId: string | null;
  readonly input: EsimInput;
  readonly esims: readonly { readonly eid: string; readonly status: EidStatus; readonly newIccid: string | null }[];
}

export function heldEsimRequests(backend: Backend, accountId: string): HeldEsimRequest[] {
  settle(backend);
  const { esims, sims } = backend.fixtures;
  return esims.list(accountId).map(({ id, type, createdAt, activationProfileId, input, items }) => ({
    id,
    type,
    createdAt: new Date(createdAt),
    activationProfileId,
    input,
    esims: items.map((item) => ({
      eid: item.ref.eid,
      status: item.status,
      newIccid: item.new && sims.iccid(item.new),
    })),
  }));
}

/** A change of SIM records. */
export type HeldRecordChange = Pick<SubscriptionRequest, "id" | "part" | "status" | "body">;

/** An API client without its secret. */
export interface ClientView extends ClientSettings {
  readonly id: string;
  readonly accountId: string;
  readonly owner: string;
  readonly locked: boolean | null;
  readonly enabled: boolean;
  readonly createdAt: Date;
}

export function clientViews({ fixtures }: Backend): ClientView[] {
  return fixtures.clients.all().map((client) => ({
    id: client.id,
    accountId: client.accountId,
    name: client.name,
    owner: client.owner,
    type: client.type,
    locked: client.locked,
    enabled: client.enabled,
    createdAt: new Date(client.createdAt),
    tokenLifetime: client.tokenLifetime,
    products: client.products,
    globalResources: client.globalResources,
  }));
}

export function portalUsers({ fixtures }: Backend): PortalUser[] {
  return fixtures.users.all();
}

export function iccids({ fixtures }: Backend, accountId: string): string[] {
  const account = fixtures.sims.account(accountId);
  if (!account) throw new RangeError(`no account ${accountId}`);
  return Array.from({ length: account.sims }, (_, index) => fixtures.sims.iccid(fixtures.sims.at(account, index)));
}

export function simView(backend: Backend, accountId: string, iccid: string): SimView | null {
  settle(backend);
  const { sims } = backend.fixtures;
  const sim = sims.byIccid(iccid);
  if (sim?.account.id !== accountId) return null;
  const record = sims.record(sim);
  return {
    subscriptionId: sims.subscriptionId(sim),
    iccid,
    eid: sims.eid(sim),
    imsi: sims.imsi(sim),
    imei: record.imei,
    msisdns: sims.msisdns(sim),
    serviceType: sim.serviceType.name,
    state: sims.state(sim),
    history: record.states.map((period) => period.value),
    enteredAt: record.states.map((period) => new Date(period.from)),
    profileId: record.profiles.at(-1)?.value ?? null,
  };
}

export function heldRecordChanges(backend: Backend, accountId: string): HeldRecordChange[] {
  settle(backend);
  const requests = backend.fixtures.subscriptionRequests.list(accountId);
  return requests.map(({ id, part, status, body }) => ({ id, part, status, body }));
}

export function heldRequests(backend: Backend, accountId: string): HeldRequest[] {
  settle(backend);
  return backend.fixtures.provisioning.requests.list(accountId).map((request) => ({
    id: request.id,
    type: request.type,
    status: request.status,
    createdAt: new Date(request.createdAt),
    completedAt: request.completedAt === null ? null : new Date(request.completedAt),
    activationProfileId: request.activationProfileId,
    subscriptions: request.items.map(({ subscriptionId, iccid, outcome, error }) => ({
      subscriptionId,
      iccid,
      outcome,
      error,
    })),
    body: request.body,
  }));
}

export interface HeldMessage {
  readonly id: string;
  readonly iccid: string;
  readonly from: string;
  readonly text: string;
  readonly status: string;
  readonly createdAt: Date;
}

export function heldMessages(backend: Backend, accountId: string): HeldMessage[] {
  settle(backend);
  return backend.fixtures.messages.of(accountId).map(({ id, iccid, from, text, status, createdAt }) => ({
    ...{ id, iccid, from, text, status },
    createdAt: new Date(createdAt),
  }));
}
