import { type Api, type Decoder, type Requester, RequestBuilder } from "./request-builder.ts";
import {
  type EsimAction,
  type EsimBodies,
  type ProvisioningBody,
  type ProvisioningVerb,
  type UsageSpan,
} from "./connectivity-types.ts";
import { type components, type paths } from "./generated/connectivity.ts";

type Schemas = components["schemas"];
type CustomFields = Schemas["CustomFieldsBody"]["subscription-request"]["subscriptions"];
type ConnectedHardware = Schemas["ConnectedHardwareBody"]["subscription-request"]["subscriptions"];
type Assignments = Schemas["CostCenterAssignment"][];
type Transfers = Schemas["SimTransferBody"]["subscription-request"]["subscriptions"];

type SubscriptionQuery = paths["/v1/accounts/{account-id}/subscriptions"]["get"]["parameters"]["query"];
type SessionQuery = paths["/v1/accounts/{account-id}/sessions"]["get"]["parameters"]["query"];
type InSessionQuery = paths["/v1/accounts/{account-id}/in-session"]["get"]["parameters"]["query"];
type DiagnosticsQuery = NonNullable<paths["/v1/accounts/{account-id}/diagnostics"]["get"]["parameters"]["query"]>;
type EsimQuery = NonNullable<
  paths["/v1/accounts/{account-id}/esim-profile-switch-requests"]["get"]["parameters"]["query"]
>;
type ProvisioningQuery = NonNullable<
  paths["/v1/accounts/{account-id}/provisioning-requests"]["get"]["parameters"]["query"]
>;

/** Stands for all four paths. */
type EsimPath = "/v1/accounts/{account-id}/esim-profile-enable-requests";

/** Stands for all six paths: they differ in their last segment only, which the body repeats as its outer key. */
type VerbPath = "/v1/accounts/{account-id}/provisioning-requests/activate";

/** Called with every reply of the provisioning reads, before it is validated. Must not throw. */
export interface ProvisioningObserver {
  onList(accountId: string, reply: unknown): void;
  onDetail(accountId: string, requestId: string, reply: unknown): void;
}

/** Endpoints whose replies change slowly, or with writes and events of SIMs, so that they may be cached. */
const CACHEABLE = {
  accounts: "/v1/accounts",
  costCenters: "/v1/accounts/{account-id}/cost-centers",
  activationProfiles: "/v1/accounts/{account-id}/activation-profiles",
  activationProfile: "/v1/accounts/{account-id}/activation-profiles/{activation-profile-id}",
  profile: "/v1/accounts/{account-id}/profiles/{profile-id}",
  simCounts: "/v1/accounts/{account-id}/subscriptions",
  serviceTypes: "/v1/accounts/{account-id}/service-types",
  serviceType: "/v1/accounts/{account-id}/service-types/{service-type-id}",
  planTypes: "/v1/accounts/{account-id}/plan-types",
  plans: "/v1/accounts/{account-id}/plans",
  plan: "/v1/accounts/{account-id}/plans/{plan-id}",
  features: "/v1/accounts/{account-id}/features",
  feature: "/v1/accounts/{account-id}/features/{feature-id}",
} as const;

type Decode<Name extends keyof typeof CACHEABLE, Value> = Decoder<paths, (typeof CACHEABLE)[Name], Value>;

/** ConnectivityPro's endpoints, one method each, in KORE's spelling. Each call is one request to KORE. */
export class ConnectivityApi extends RequestBuilder<paths> {
  readonly #observer: ProvisioningObserver | undefined;

  constructor(api: Api, requester?: Requester, observer?: ProvisioningObserver) {
    super(api, requester);
    this.#observer = observer;
  }

  /** Succeeds when KORE accepts the token and the x-api-key. */
  ping() {
    return this.get("/v1/ping", {}, {});
  }

  accounts<Value>(email: string, decode: Decode<"accounts", Value>) {
    const { accounts: template } = CACHEABLE;
    return this.getCacheable({ template, path: {}, query: { email }, cacheable: "accounts", decode });
  }

  costCenters<Value>(accountId: string, decode: Decode<"costCenters", Value>) {
    const { costCenters: template } = CACHEABLE;
    return this.getCacheable({ template, path: of(accountId), query: {}, cacheable: "costCenters", decode });
  }

  createCostCenter(accountId: string, name: string, beforeSending?: () => Promise<void>) {
    const body = { "cost-center-name": name };
    return this.post(CACHEABLE.costCenters, { "account-id": accountId }, body, { beforeSending });
  }

  /** @param key KORE's cost-center-pk */
  renameCostCenter(accountId: string, key: string, name: string) {
    const body = { "cost-center-pk": key, "cost-center-name": name };
    return this.put(CACHEABLE.costCenters, { "account-id": accountId }, body);
  }

  activationProfiles<Value>(accountId: string, decode: Decode<"activationProfiles", Value>) {
    const { activationProfiles: template } = CACHEABLE;
    return this.getCacheable({ template, path: of(accountId), query: {}, cacheable: "activationProfiles", decode });
  }

  activationProfile<Value>(accountId: string, id: string, decode: Decode<"activationProfile", Value>) {
    const path = { "account-id": accountId, "activation-profile-id": id };
    const { activationProfile: template } = CACHEABLE;
    return this.getCacheable({ template, path, query: {}, cacheable: "activationProfile", decode });
  }

  profile<Value>(accountId: string, id: string, decode: Decode<"profile", Value>) {
    const path = { "account-id": accountId, "profile-id": id };
    const { profile: template } = CACHEABLE;
    return this.getCacheable({ template, path, query: {}, cacheable: "profile", decode });
  }

  serviceTypes<Value>(accountId: string, decode: Decode<"serviceTypes", Value>) {
    const path = { "account-id": accountId };
    return this.getCacheable({ template: CACHEABLE.serviceTypes, path, query: {}, cacheable: "serviceTypes", decode });
  }

  serviceType<Value>(accountId: string, id: string, decode: Decode<"serviceType", Value>) {
    const path = { "account-id": accountId, "service-type-id": id };
    return this.getCacheable({ template: CACHEABLE.serviceType, path, query: {}, cacheable: "serviceType", decode });
  }

  planTypes<Value>(accountId: string, decode: Decode<"planTypes", Value>) {
    const path = { "account-id": accountId };
    return this.getCacheable({ template: CACHEABLE.planTypes, path, query: {}, cacheable: "planTypes", decode });
  }

  plans<Value>(accountId: string, decode: Decode<"plans", Value>) {
    return this.getCacheable({ template: CACHEABLE.plans, path: of(accountId), query: {}, cacheable: "plans", decode });
  }

  plan<Value>(accountId: string, id: string, decode: Decode<"plan", Value>) {
    const path = { "account-id": accountId, "plan-id": id };
    return this.getCacheable({ template: CACHEABLE.plan, path, query: {}, cacheable: "plan", decode });
  }

  features<Value>(accountId: string, decode: Decode<"features", Value>) {
    const path = { "account-id": accountId };
    return this.getCacheable({ template: CACHEABLE.features, path, query: {}, cacheable: "features", decode });
  }

  feature<Value>(accountId: string, id: string, decode: Decode<"feature", Value>) {
    const path = { "account-id": accountId, "feature-id": id };
    return this.getCacheable({ template: CACHEABLE.feature, path, query: {}, cacheable: "feature", decode });
  }

  subscriptions(accountId: string, query: { [K in keyof SubscriptionQuery]: SubscriptionQuery[K] | undefined }) {
    const batchSize = query.iccid?.split(",").length;
    return this.get("/v1/accounts/{account-id}/subscriptions", { "account-id": accountId }, query, { batchSize });
  }

  /** The shortest page of an account's SIMs, for the list's total. @param state KORE's word. @default all states */
  simCount<Value>(accountId: string, state: string | undefined, decode: Decode<"simCounts", Value>) {
    const path = { "account-id": accountId };
    const query = { "page-index": 0, "max-page-item": 1, "sim-state": state };
    return this.getCacheable({ template: CACHEABLE.simCounts, path, query, cacheable: "simCounts", decode });
  }

  subscription(accountId: string, id: string) {
    const path = { "account-id": accountId, "subscription-id": id };
    return this.get("/v1/accounts/{account-id}/subscriptions/{subscription-id}", path, {});
  }

  /** Null for an empty reply: nothing is recorded. @param span at most 60 days, as YYYY-MM-DD */
  simUsage(accountId: string, id: string, span: UsageSpan) {
    const path = { "account-id": accountId, "subscription-id": id };
    const template = "/v1/accounts/{account-id}/subscriptions/{subscription-id}/usage-records";
    return this.get(template, path, usageQuery(span), { mayBeEmpty: true });
  }

  /** As {@link simUsage}. */
  planUsage(accountId: string, id: string, span: UsageSpan) {
    const path = { "account-id": accountId, "plan-id": id };
    const template = "/v1/accounts/{account-id}/plans/{plan-id}/usage-records";
    return this.get(template, path, usageQuery(span), { mayBeEmpty: true });
  }

  sessions(accountId: string, query: { [K in keyof SessionQuery]: SessionQuery[K] | undefined }) {
    const batchSize = query["query-by-values"]?.length;
    return this.get("/v1/accounts/{account-id}/sessions", { "account-id": accountId }, query, { batchSize });
  }

  inSession(accountId: string, query: { [K in keyof InSessionQuery]: InSessionQuery[K] | undefined }) {
    const batchSize = query["query-by-values"]?.length;
    return this.get("/v1/accounts/{account-id}/in-session", { "account-id": accountId }, query, { batchSize });
  }

  async provisioningRequests(
    accountId: string,
    query: { [K in keyof ProvisioningQuery]: ProvisioningQuery[K] | undefined },
  ) {
    const reply = await this.get("/v1/accounts/{account-id}/provisioning-requests", of(accountId), query);
    this.#observer?.onList(accountId, reply);
    return reply;
  }

  async provisioningRequest(accountId: string, id: string) {
    const path = { "account-id": accountId, "provisioning-request-id": id };
    const reply = await this.get("/v1/accounts/{account-id}/provisioning-requests/{provisioning-request-id}", path, {});
    this.#observer?.onDetail(accountId, id, reply);
    return reply;
  }

  /**
   * Submits a change of SIMs by one of KORE's six verbs. Never retried here: a second POST is a second change.
   *
   * @param beforeSending called last before sending; when it rejects, nothing is sent and the call fails with its error
   */
  provision<V extends ProvisioningVerb>(
    accountId: string,
    verb: V,
    body: ProvisioningBody<V>,
    beforeSending?: () => Promise<void>,
  ) {
    const path = `/v1/accounts/{account-id}/provisioning-requests/${verb}` as VerbPath;
    const batchSize = body.subscriptions.length;
    return this.post(path, { "account-id": accountId }, { [verb]: body }, { batchSize, beforeSending });
  }

  /** One request to change SIM records. KORE publishes no list of them. */
  subscriptionRequest(accountId: string, id: string) {
    const path = { "account-id": accountId, "subscription-request-id": id };
    return this.get("/v1/accounts/{account-id}/subscription-requests/{subscription-request-id}", path, {});
  }

  /** Never retried here, as {@link provision}; the same holds for the next three. */
  setCustomFields(accountId: string, subscriptions: CustomFields, beforeSending?: () => Promise<void>) {
    const template = "/v1/accounts/{account-id}/subscription-requests";
    return this.post(template, of(accountId), requestOf(subscriptions), { ...batch(subscriptions), beforeSending });
  }

  setConnectedHardware(accountId: string, subscriptions: ConnectedHardware, beforeSending?: () => Promise<void>) {
    const template = "/v1/accounts/{account-id}/subscription-requests/connected-hardware";
    return this.post(template, of(accountId), requestOf(subscriptions), { ...batch(subscriptions), beforeSending });
  }

  transferSims(accountId: string, subscriptions: Transfers, beforeSending?: () => Promise<void>) {
    const template = "/v1/accounts/{account-id}/subscription-requests/sim-transfer";
    return this.post(template, of(accountId), requestOf(subscriptions), { ...batch(subscriptions), beforeSending });
  }

  assignCostCenters(accountId: string, assignments: Assignments, beforeSending?: () => Promise<void>) {
    const template = "/v1/accounts/{account-id}/subscription-requests/cost-center";
    return this.post(template, of(accountId), assignments, { ...batch(assignments), beforeSending });
  }

  diagnosticsRequests(accountId: string, query: { [K in keyof DiagnosticsQuery]: DiagnosticsQuery[K] | undefined }) {
    return this.get("/v1/accounts/{account-id}/diagnostics", { "account-id": accountId }, query);
  }

  diagnosticsRequest(accountId: string, id: string) {
    const path = { "account-id": accountId, "diagnostics-request-id": id };
    return this.get("/v1/accounts/{account-id}/diagnostics/{diagnostics-request-id}", path, {});
  }

  /** The reply holds a secret. @param day as YYYY-MM-DD */
  dailySubscriptionsReport(accountId: string, day: string | undefined) {
    const template = "/v1/accounts/{account-id}/scheduled-reports/daily-subscriptions";
    return this.get(template, { "account-id": accountId }, { date: day });
  }

  /** Never retried here, as {@link provision}. One SIM a request. */
  cancelDeviceLocation(accountId: string, subscriptionId: string, beforeSending?: () => Promise<void>) {
    const body = { "cancel-device-location": { subscription: { "subscription-id": subscriptionId } } };
    return this.post("/v1/accounts/{account-id}/diagnostics", { "account-id": accountId }, body, { beforeSending });
  }

  /** eSIM requests of all types. */
  esimRequests(accountId: string, query: { [K in keyof EsimQuery]: EsimQuery[K] | undefined }) {
    return this.get("/v1/accounts/{account-id}/esim-profile-switch-requests", { "account-id": accountId }, query);
  }

  /** An eSIM request of any type. */
  esimRequest(accountId: string, id: string) {
    const path = { "account-id": accountId, "esim-profile-switch-request-id": id };
    const template = "/v1/accounts/{account-id}/esim-profile-switch-requests/{esim-profile-switch-request-id}";
    return this.get(template, path, {});
  }

  /** Never retried here, as {@link provision}. KORE wraps the body of each action but switch. */
  changeEsims<A extends EsimAction>(
    accountId: string,
    action: A,
    body: EsimBodies[A],
    beforeSending?: () => Promise<void>,
  ) {
    const path = `/v1/accounts/{account-id}/esim-profile-${action}-requests` as EsimPath;
    const wrapped: unknown = { [action]: body };
    const sent = action === "switch" ? (body as unknown) : wrapped;
    const batchSize = body.subscriptions.length;
    return this.post(path, { "account-id": accountId }, sent as { enable: EsimBodies["enable"] }, {
      batchSize,
      beforeSending,
    });
  }

  /** Retries failed EIDs of a request. Never retried here. */
  retryEsims(
    accountId: string,
    { requestId, eids, skipSessionCheck }: { requestId: string; eids: readonly string[]; skipSessionCheck: boolean },
  ) {
    const body = {
      "esim-profile-switch-request-id": requestId,
      eids: [...eids],
      "skip-session-check": skipSessionCheck,
    };
    const path = "/v1/accounts/{account-id}/esim-profile-switch-requests/retry";
    return this.post(path, { "account-id": accountId }, body, { batchSize: eids.length });
  }

  /** Cancels a request of any type, or its pending automatic retries. Never retried here. @param change.eids default all */
  cancelEsims(
    accountId: string,
    { requestId, eids, retriesOnly }: { requestId: string; eids: readonly string[] | undefined; retriesOnly: boolean },
  ) {
    const body = {
      "request-id": requestId,
      ...(eids && { eids: [...eids] }),
      ...(retriesOnly && { "cancel-autoretry": true }),
    };
    const path = "/v1/accounts/{account-id}/esim-profile-switch-requests/cancel";
    return this.post(path, { "account-id": accountId }, body, { batchSize: eids?.length });
  }

  /**
   * The profiles of an eSIM, whichever account has it: KORE's path names no account. The caller must have found the eSIM
   * in the account first.
   *
   * @param accountId chooses the credentials, and is within the caller's reach
   */
  esimProfiles(accountId: string, eid: string) {
    return this.get("/v1/esim/profile-status", { "account-id": accountId }, { eid, iccid: undefined });
  }
}

/** Without `include-plan-name`, for which KORE declares no field of the reply. */
function usageQuery({ from, to }: UsageSpan) {
  return { "start-date": from, "end-date": to, source: undefined, "include-plan-name": undefined };
}

const requestOf = <Sims>(subscriptions: Sims) => ({ "subscription-request": { subscriptions } });

const of = (accountId: string) => ({ "account-id": accountId });
const batch = (items: readonly unknown[]) => ({ batchSize: items.length });
