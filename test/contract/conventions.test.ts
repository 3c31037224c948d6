import { readFile } from "node:fs/promises";
import {
  type GraphQLField,
  type GraphQLOutputType,
  buildSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  isInputObjectType,
  isInterfaceType,
  parse,
  validate,
} from "graphql";
import { expect, test } from "vitest";

/*
 * Contracts of the schema that @graphql-eslint has no rule for. Names, descriptions and connections are linted in
 * test/eslint.config.js.
 */

const sdl = await readFile(new URL("../../schema/subgraph.graphql", import.meta.url), "utf8");
const schema = buildSchema(sdl, { assumeValidSDL: true });

type Field = GraphQLField<unknown, unknown>;

const mutations: Field[] = Object.values(schema.getMutationType()?.getFields() ?? {});

const upperFirst = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

test("every mutation takes one argument: an input of its own, by its name", () => {
  expect(mutations.length).toBeGreaterThan(10);
  const inputs = mutations.map(({ name, args }) => [name, args.map((arg) => `${arg.name}: ${String(arg.type)}`)]);
  expect(inputs).toEqual(mutations.map(({ name }) => [name, [`input: ${upperFirst(name)}Input!`]]));
  expect(mutations.every(({ args: [input] }) => input && isInputObjectType(getNamedType(input.type)))).toBe(true);
});

test("every mutation answers with a payload of its own, by its name, which may be null", () => {
  const payloads = mutations.map(({ name, type }) => [name, String(type)]);
  expect(payloads).toEqual(mutations.map(({ name }) => [name, `${upperFirst(name)}Payload`]));
  expect(mutations.every(({ type }) => isObjectType(type))).toBe(true);
});

/** Lists without pages, each with its bound. Further ones are connections, or declare theirs here. */
const BOUNDS: Readonly<Record<string, string>> = {
  "Query.accounts": "KORE's list has no pages; 100 in costs (ASSUMED_ACCOUNTS)",
  "Query.subscriptionsByIccid": "as long as `iccids`, which is limited",
  "Query.sessionsByIccid": "as long as `iccids`, which is limited",
  "SimSessions.sessions": "as many as `newest`, which is limited",
  "ResetConnectionPayload.results": "as long as `input.subscriptions`, which is limited (MAX_RESETS)",
  "DiagnosticsRequest.subscriptions": "KORE takes one SIM a request",
  "Esim.subscriptions": "the SIMs of one chip; 10 in costs (ASSUMED_ESIM_PROFILES)",
  "Esim.profiles": "the SIMs of one chip; 10 in costs (ASSUMED_ESIM_PROFILES)",
  "EsimRequest.esims": "the eSIMs of one order (MAX_ESIMS)",
  "EsimOrderPayload.results": "as long as the input's list, which is limited (MAX_ESIMS)",
  "EsimOrderPayload.requests": "one a product offer of the eSIMs",
  "EsimFollowUpPayload.results": "the eSIMs of one request",
  "RecordChangePayload.results": "as long as `input.subscriptions`, which is limited (PROVISIONING_MAX_SIMS)",
  "RecordChangePayload.requests": "the chunks of `input.subscriptions`",
  "SubscriptionRequest.subscriptions": "the SIMs of one order; 500 in costs (ASSUMED_SIMS_PER_REQUEST)",
  "SubscriptionRequest.errors": "part of KORE's object",
  "Query.unresolvedOrders": "25",
  "Query.usageBySim": "as long as `iccids`, which is limited",
  "Account.activationProfiles": "KORE's list has no pages; 100 in costs (ASSUMED_ACTIVATION_PROFILES)",
  "Account.serviceTypes": "KORE's list has no pages; 100 in costs (ASSUMED_CATALOG)",
  "Account.plans": "KORE's list has no pages; 100 in costs (ASSUMED_CATALOG)",
  "Account.planTypes": "KORE's list has no pages; 100 in costs (ASSUMED_CATALOG)",
  "Account.features": "KORE's list has no pages; 100 in costs (ASSUMED_CATALOG)",
  "Account.costCenters": "KORE's list has no pages; rows of one call, with nothing to load below",
  "Account.simCounts": "one a state of the enum",
  "Account.alertRules": "KORE's list has no pages; 100 in costs (ASSUMED_ALERT_RULES)",
  "Account.alertEvents": "KORE's list has no pages; 100 in costs (ASSUMED_ALERT_RULES)",
  "Account.alertActions": "KORE's list has no pages; 100 in costs (ASSUMED_ALERT_RULES)",
  "Alert.actions": "part of KORE's object; 10 in costs",
  "AlertAction.attributes": "part of KORE's object; 20 in costs",
  "AlertBatching.times": "at most 10",
  "AlertEvent.actions": "part of KORE's object",
  "AlertEvent.attributes": "part of KORE's object; 20 in costs",
  "AlertEvent.frequencies": "part of KORE's object",
  "AlertPayload.events": "part of KORE's object; 100 in costs",
  "AlertRule.conditions": "part of KORE's object; 10 in costs",
  "AlertRun.eventIds": "part of KORE's object",
  "InstallWebhookRulePayload.rules": "one for each event of the enum",
  "InstalledWebhookRule.stillNeeded": "members of an enum",
  "ActivationProfile.planIds": "part of KORE's object",
  "ActivationProfile.featureIds": "part of KORE's object",
  "ActivationProfile.plans": "as long as `planIds`; 20 in costs (ASSUMED_PER_PROFILE)",
  "ActivationProfile.features": "as long as `featureIds`; 20 in costs (ASSUMED_PER_PROFILE)",
  "SimSubscription.plans": "those of its profile; 20 in costs (ASSUMED_PER_PROFILE)",
  "SimSubscription.features": "those of its profile; 20 in costs (ASSUMED_PER_PROFILE)",
  "SimProfilePeriod.plans": "those of the profile; 20 in costs (ASSUMED_PER_PROFILE)",
  "SimProfilePeriod.features": "those of the profile; 20 in costs (ASSUMED_PER_PROFILE)",
  "SimProfileDate.plans": "those of the profile; 20 in costs (ASSUMED_PER_PROFILE)",
  "SimProfileDate.features": "those of the profile; 20 in costs (ASSUMED_PER_PROFILE)",
  "SimSubscription.msisdns": "part of KORE's object",
  "SimSubscription.stateDates": "one for each state",
  "SimSubscription.profileHistory": "part of KORE's object; 100 in costs (ASSUMED_PERIODS)",
  "SimSubscription.lastActiveProfiles": "part of KORE's object; 100 in costs (ASSUMED_PERIODS)",
  "SimSubscription.lastActiveNumbers": "part of KORE's object",
  "SimSubscription.apns": "part of KORE's object",
  "SimSubscription.customFields": "part of KORE's object",
  "SimSubscription.stateHistory": "part of KORE's object",
  "SimSubscription.eligibleActivationProfiles": "those of the account; 100 in costs (ASSUMED_ACTIVATION_PROFILES)",
  "SimProfile.plans": "part of KORE's object",
  "SimProfile.features": "part of KORE's object",
  "ProvisioningRequest.subscriptions": "the SIMs of one order; 500 in costs (ASSUMED_SIMS_PER_REQUEST)",
  "Usage.daily": "the days of the asked span, which is limited (MAX_USAGE_DAYS)",
  "UnresolvedOrder.subscriptions": "the SIMs of one chunk (PROVISIONING_CHUNK_SIZE)",
  "UnresolvedOrder.candidates": "KORE's requests of the order's verb and time",
  "OrderPayload.unchecked": "one a requirement and basis, of enums",
  "OrderPayload.results": "as long as `input.subscriptions`, which is limited (PROVISIONING_MAX_SIMS)",
  "OrderPayload.requests": "the chunks of `input.subscriptions`",
  "ResolveOrderPayload.results": "the SIMs of one chunk (PROVISIONING_CHUNK_SIZE)",
};

const isList = (type: GraphQLOutputType): boolean => isListType(isNonNullType(type) ? type.ofType : type);

test("every list has pages, a limit in its arguments, or a bound that is declared here", () => {
  const lists = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("_"))
    .flatMap((type) => {
      if (!isObjectType(type) || type.name.endsWith("Connection")) return [];
      const [shared] = type.getInterfaces().filter(({ name }) => name.endsWith("Payload"));
      return Object.values(type.getFields())
        .filter((field) => isList(field.type) && !field.args.some(({ name }) => name === "first" || name === "limit"))
        .map(({ name }) => `${shared && name in shared.getFields() ? shared.name : type.name}.${name}`);
    });
  expect([...new Set(lists)].sort()).toEqual(Object.keys(BOUNDS).sort());
});

test("every connection takes first and after, and both of nodes and edges", () => {
  const paged = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()))
    .filter(({ type }) => getNamedType(type).name.endsWith("Connection"));
  expect(paged.length).toBeGreaterThan(3);
  for (const { args, type } of paged) {
    expect(args.map(({ name }) => name)).toEqual(expect.arrayContaining(["first", "after"]));
    const connection = getNamedType(type);
    const fields = isObjectType(connection) ? Object.keys(connection.getFields()) : [];
    expect(fields).toEqual(expect.arrayContaining(["nodes", "edges", "pageInfo", "totalCount"]));
  }
});

test.each([
  [
    "OrderPayload",
    "mutation ($input: SuspendSubscriptionsInput!) { suspendSubscriptions(input: $input) { ...Shared } }",
  ],
  ["ClientPayload", "mutation ($input: LockClientInput!) { lockClient(input: $input) { ...Shared } }"],
])("fragments on %s fit every payload that implements it", (name, operation) => {
  const shared = schema.getType(name);
  if (!isInterfaceType(shared)) throw new Error(`${name} is no interface`);
  const document = parse(`${operation} fragment Shared on ${name} { __typename }`);
  expect(validate(schema, document)).toEqual([]);
  expect(schema.getPossibleTypes(shared).length).toBeGreaterThan(5);
});
