import { type components, type paths } from "./generated/alerting.ts";
import { type Decoder, RequestBuilder } from "./request-builder.ts";

type Schemas = components["schemas"];
export type WireAlertEvent = Schemas["EventType"];
export type WireAlertAction = Schemas["ActionType"];
export type WireAlertRule = Schemas["Rule"];
export type WireAlertRuleInput = Schemas["RuleInput"];
export type WireAlert = Schemas["AlertHistoryDetails"];

const EVENTS = "/v1/accounts/{account-id}/events";
const ACTIONS = "/v1/accounts/{account-id}/actions";
const RULES = "/v1/accounts/{account-id}/rules";

type AlertQuery = NonNullable<paths["/v1/accounts/{account-id}/alerts"]["get"]["parameters"]["query"]>;

/** ConnectivityPro's alerting, one method each, in KORE's spelling. Each call is one request to KORE. */
export class AlertingApi extends RequestBuilder<paths> {
  events<Value>(accountId: string, decode: Decoder<paths, typeof EVENTS, Value>) {
    const path = { "account-id": accountId };
    return this.getCacheable({ template: EVENTS, path, query: {}, cacheable: "alertEvents", decode });
  }

  actions<Value>(accountId: string, decode: Decoder<paths, typeof ACTIONS, Value>) {
    const path = { "account-id": accountId };
    return this.getCacheable({ template: ACTIONS, path, query: {}, cacheable: "alertActions", decode });
  }

  rules(accountId: string) {
    return this.get(RULES, { "account-id": accountId }, {});
  }

  /** Never retried here: a second POST creates a second rule. @param beforeSending called last before sending */
  createRule(accountId: string, body: WireAlertRuleInput, beforeSending?: () => Promise<void>) {
    return this.post(RULES, { "account-id": accountId }, body, { beforeSending });
  }

  /** Replaces a rule as a whole. */
  updateRule(accountId: string, ruleId: string, body: WireAlertRuleInput) {
    return this.put("/v1/accounts/{account-id}/rules/{rule-id}", { "account-id": accountId, "rule-id": ruleId }, body);
  }

  alerts(accountId: string, query: { [K in keyof AlertQuery]: AlertQuery[K] | undefined }) {
    return this.get("/v1/accounts/{account-id}/alerts", { "account-id": accountId }, query);
  }

  alert(accountId: string, id: string) {
    return this.get("/v1/accounts/{account-id}/alerts/{alert-id}", { "account-id": accountId, "alert-id": id }, {});
  }
}
