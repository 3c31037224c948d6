import { type components } from "./generated/connectivity.ts";

type Schemas = components["schemas"];
export type WireAccount = Schemas["Account"];
export type WireCostCenter = Schemas["CostCenter"];
export type WireActivationProfile = Schemas["ActivationProfile"];
export type WireActivationProfileDetail = Schemas["ActivationProfileDetail"];
export type WireProfile = Schemas["Profile"];
export type WireServiceType = Schemas["ServiceType"];
export type WirePlanType = Schemas["PlanType"];
export type WirePlan = Schemas["Plan"];
export type WireFeature = Schemas["Feature"];
export type WireFeatureUsage = Schemas["FeatureUsage"];
export type WireSimUsage = Schemas["SimUsageRecord"];
export type WirePlanUsage = Schemas["PlanUsageRecord"];
export type WireSubscription = Schemas["Subscription"];
export type WireSimSessions = Schemas["SimSessions"];
export type WireInSession = Schemas["InSession"];
export type WireScheduledReport = Schemas["ScheduledReport"];
export type WireDiagnosticsRequest = Schemas["DiagnosticsRequestRecord"] & Schemas["DiagnosticsRequestDetail"];
export type WireEsimRequest = Schemas["EsimRequestDetail"];
export type WireEsimProfile = NonNullable<Schemas["EsimProfileStatus"]["subscriptions"]>[number];
export type WireSubscriptionRequest = Schemas["SubscriptionRequest"];
export type WireProvisioningRequest = Schemas["ProvisioningRequestRecord"] & Schemas["ProvisioningRequestDetail"];

/** Days, as YYYY-MM-DD. */
export interface UsageSpan {
  from: string;
  to: string;
}

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

/** KORE's types of eSIM requests. */
export type EsimAction = "switch" | "download" | "enable" | "delete";

/** KORE's bodies of eSIM requests, without their wrappers. */
export type EsimBodies = {
  switch: Schemas["EsimSwitchBody"];
  download: Schemas["EsimDownloadBody"]["download"];
  enable: Schemas["EsimProfileAction"];
  delete: Schemas["EsimProfileAction"];
};
