import { type Api, type Decoder, type Requester, RequestBuilder } from "./request-builder.ts";
import { type components, type paths } from "./generated/connectivity.ts";

type Schemas = components["schemas"];
export type WireAccount = Schemas["Account"];
export type WireCostCenter = Schemas["CostCenter"];
export type WireActivationProfile = Schemas["ActivationProfile"];
export type WireActivationProfileDetail = Schemas["ActivationProfileDetail"];
export type WireProfile = Schemas["Profile"];
export type WireSubscription = Schemas["Subscription"];
export type WireProvisioningRequest = Schemas["ProvisioningRequestRecord"] & Schemas["ProvisioningRequestDetail"];

type SubscriptionQuery = paths["/v1/accounts/{account-id}/subscriptions"]["get"]["parameters"]["query"];
type ProvisioningQuery = NonNullable<
  paths["/v1/accounts/{account-id}/provisioning-requests"]["get"]["parameters"]["query"]
>;

/** KORE's verbs, as its paths and bodies spell them. */
export type ProvisioningVerb =
  "activate" | "suspend" | "reactivate" | "deactivate" | "plan-feature-change" | "terminate";

type ProvisioningBodies = Schemas["ActivateBody"] &
  Schemas["SuspendBody"] &
  Schemas["ReactivateBody"] &
  Schemas["DeactivateBody"] &
  Schemas["PlanFeatureChangeBody"] &
  Schemas["TerminateBody"];
export type ProvisioningBody<V extends ProvisioningVerb = ProvisioningVerb> = NonNullable<ProvisioningBodies[V]>;

/** The six paths differ in their last segment only, which the body repeats as its outer key. */
type VerbPath = "/v1/accounts/{account-id}/provisioning-requests/activate";

/** Is shown every reply of the provisioning reads, in whatever shape it came. Must not throw. */
export interface ProvisioningObserver {
  onList(accountId: string, reply: unknown): void;
  onDetail(accountId: string, requestId: string, reply: unknown): void;
}

/** Endpoints whose replies change so slowly that they may be kept. */
const CACHEABLE = {
  accounts: "/v1/accounts",
  costCenters: "/v1/accounts/{account-id}/cost-centers",
  activationProfiles: "/v1/accounts/{account-id}/activation-profiles",
  activationProfile: "/v1/accounts/{account-id}/activation-profiles/{activation-profile-id}",
  profile: "/v1/accounts/{account-id}/profiles/{profile-id}",
} as const;

type Decode<Name extends keyof typeof CACHEABLE, Value> = Decoder<paths, (typeof CACHEABLE)[Name], Value>;

/** ConnectivityPro's endpoints, a method each, as KORE spells them. Each call is one request to KORE. */
export class ConnectivityApi extends RequestBuilder<paths> {
  readonly #observer: ProvisioningObserver | undefined;

  constructor(api: Api, requester?: Requester, observer?: ProvisioningObserver) {
    super(api, requester);
    this.#observer = observer;
  }

  /** Whether KORE takes the token and the x-api-key, and answers. */
  ping() {
    return this.get("/v1/ping", {}, {});
  }

  accounts<Value>(email: string, decode: Decode<"accounts", Value>) {
    return this.getCacheable(CACHEABLE.accounts, {}, { email }, "accounts", decode);
  }

  costCenters<Value>(accountId: string, decode: Decode<"costCenters", Value>) {
    return this.getCacheable(CACHEABLE.costCenters, { "account-id": accountId }, {}, "costCenters", decode);
  }

  activationProfiles<Value>(accountId: string, decode: Decode<"activationProfiles", Value>) {
    return this.getCacheable(
      CACHEABLE.activationProfiles,
      { "account-id": accountId },
      {},
      "activationProfiles",
      decode,
    );
  }

  activationProfile<Value>(accountId: string, id: string, decode: Decode<"activationProfile", Value>) {
    const path = { "account-id": accountId, "activation-profile-id": id };
    return this.getCacheable(CACHEABLE.activationProfile, path, {}, "activationProfile", decode);
  }

  profile<Value>(accountId: string, id: string, decode: Decode<"profile", Value>) {
    const path = { "account-id": accountId, "profile-id": id };
    return this.getCacheable(CACHEABLE.profile, path, {}, "profile", decode);
  }

  subscriptions(accountId: string, query: { [K in keyof SubscriptionQuery]: SubscriptionQuery[K] | undefined }) {
    const batchSize = query.iccid?.split(",").length;
    return this.get("/v1/accounts/{account-id}/subscriptions", { "account-id": accountId }, query, { batchSize });
  }

  subscription(accountId: string, id: string) {
    const path = { "account-id": accountId, "subscription-id": id };
    return this.get("/v1/accounts/{account-id}/subscriptions/{subscription-id}", path, {});
  }

  async provisioningRequests(
    accountId: string,
    query: { [K in keyof ProvisioningQuery]: ProvisioningQuery[K] | undefined },
  ) {
    const path = { "account-id": accountId };
    const reply = await this.get("/v1/accounts/{account-id}/provisioning-requests", path, query);
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
   * Orders a change of SIMs by one of KORE's six verbs. Never repeated here: a second one is a second order.
   *
   * @param beforeSending done last before it is sent; it is not sent when this rejects, and fails with the same error
   */
  provision<V extends ProvisioningVerb>(
    accountId: string,
    verb: V,
    order: ProvisioningBody<V>,
    beforeSending?: () => Promise<void>,
  ) {
    const path = `/v1/accounts/{account-id}/provisioning-requests/${verb}` as VerbPath;
    const batchSize = order.subscriptions.length;
    return this.post(path, { "account-id": accountId }, { [verb]: order }, { batchSize, beforeSending });
  }
}
