/** Operations for fields that no file in schema/operations shows. Their variables are examples of the simulator. */
export const MORE_OPERATIONS: readonly string[] = [
  "query ($accountId: ID!, $subscriptionId: ID!) { subscription(accountId: $accountId, id: $subscriptionId) { id } }",
  "query ($accountId: ID!, $activationProfileId: ID!) { activationProfile(accountId: $accountId, id: $activationProfileId) { id } }",
  "query ($accountId: ID!) { account(id: $accountId) { number name costCenters { id } } }",
  "query ($accountId: ID!) { account(id: $accountId) { provisioningRequests(first: 3) { nodes { subscriptions { outcome } progress { done } } } } }",
  "query ($accountId: ID!, $provisioningRequestId: ID!) { provisioningRequest(accountId: $accountId, id: $provisioningRequestId) { source } }",
  "query ($accountId: ID!) { account(id: $accountId) { planTypes { name } } }",
  'query ($accountId: ID!) { serviceType(accountId: $accountId, id: "32") { name } }',
  'query ($accountId: ID!) { planType(accountId: $accountId, id: "1") { name } }',
  'query ($accountId: ID!) { feature(accountId: $accountId, id: "cmp-k1-feature-3200") { name } }',
  "query ($accountId: ID!, $iccid: ICCID!) { subscription(accountId: $accountId, iccid: $iccid) { serviceType { name } plans { name } features { name } } }",
  "query ($accountId: ID!) { account(id: $accountId) { alertActions { name } } }",
  "query ($accountId: ID!, $alertRuleId: ID!) { alertRule(accountId: $accountId, id: $alertRuleId) { id } }",
  "query ($accountId: ID!, $alertId: ID!) { alert(accountId: $accountId, id: $alertId) { id } }",
  "query ($accountId: ID!, $smsMessageId: ID!) { smsMessage(accountId: $accountId, id: $smsMessageId) { id } }",
  'mutation ($accountId: ID!, $alertRuleId: ID!) { updateAlertRule(input: { accountId: $accountId, id: $alertRuleId, name: "Renamed" }) { outcome } }',
  ...["enable", "disable"].map(
    (verb) =>
      `mutation ($accountId: ID!, $alertRuleId: ID!) { ${verb}AlertRule(input: { accountId: $accountId, id: $alertRuleId }) { outcome } }`,
  ),
  "mutation ($accountId: ID!, $esimEid: EID!, $esimIccid: ICCID!) { deleteEsimProfiles(input: { accountId: $accountId, profiles: [{ eid: $esimEid, iccid: $esimIccid }], confirm: 1 }) { koreRequests } }",
  ...[
    ["reactivateSubscriptions", "suspendedIccid", ""],
    ["deactivateSubscriptions", "activeIccid", "confirm: 1"],
    ["terminateSubscriptions", "deactivatedIccid", "confirm: 1"],
    ["changeSubscriptionPlan", "stockIccid", "activationProfileId: $activationProfileId"],
  ].map(([field = "", iccid = "", more = ""]) => {
    const extra = more.includes("$") ? ", $activationProfileId: ID!" : "";
    return `mutation ($accountId: ID!, $${iccid}: ICCID!${extra}) { ${field}(input: { accountId: $accountId, subscriptions: [{ iccid: $${iccid} }] ${more} }) { koreRequests } }`;
  }),
];
