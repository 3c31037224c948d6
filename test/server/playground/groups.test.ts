import { readFile, readdir } from "node:fs/promises";
import { buildSchema } from "graphql";
import { describe, expect, test } from "vitest";
import { confirmedMutations, operationTabs } from "../../../src/server/playground/tabs.ts";
import { dangerOf, descriptionOf, isRehearsalOnly, nameOf } from "../../../src/server/playground/client/operations.ts";
import { documentedOperations } from "../../../src/server/graphql/documented-operations.ts";

const FOLDER = new URL("../../../schema/", import.meta.url);
const schema = buildSchema(await readFile(new URL("api.graphql", FOLDER), "utf8"));
const tabs = operationTabs(await documentedOperations(), {}, schema);
const simulator = { mode: "simulator" as const, confirmedMutations: confirmedMutations(schema) };
const live = { ...simulator, mode: "live" as const };

describe("the operations of the playground", () => {
  test("each is in the group that its type and the schema say", async () => {
    expect(tabs).toHaveLength((await readdir(new URL("operations/", FOLDER))).length);
    const named = (group: string) => tabs.filter((tab) => tab.group === group).map(({ query }) => nameOf(query));
    expect(named("live")).toEqual([
      ...["WatchAccountEvents", "WatchDiagnosticsRequest", "WatchEsimRequest", "WatchProvisioningRequest"],
      ...["WatchSimStates", "WatchSms", "WatchSubscriptionRequest"],
    ]);
    expect(named("order")).toEqual([
      ...["ActivateSim", "AssignCostCenter", "CancelEsimRequest", "CreateCostCenter", "DownloadEsimProfile"],
      ...["EnableEsimProfile", "ReactivateSims", "RehearseEsimDeletion", "RehearseSms", "RehearseSuspension"],
      ...["RenameCostCenter", "ResetConnection", "ResolveOrder", "RetryEsimRequest", "SendSms"],
      ...["SetConnectedHardware", "SetCustomFields", "SuspendSims", "SwitchEsimProfile", "TransferSims"],
    ]);
    expect(named("alerts")).toEqual(["CreateAlertRule", "InstallWebhookRule"]);
    expect(named("apiClients")).toEqual([
      ...["CreateClient", "DeleteClient", "LockClient", "RenewClientKey", "SuspendClient", "TransferClient"],
      "UpdateClient",
    ]);
    expect(named("read")).toContain("ApiClients");
  });

  test("an order is watched by the variable of its kind of request", () => {
    const watchedAs = (name: string) => tabs.find(({ query }) => nameOf(query) === name)?.watchedAs;
    expect(["SuspendSims", "ResetConnection", "SwitchEsimProfile", "RetryEsimRequest", "Sims"].map(watchedAs)).toEqual([
      ...["provisioningRequestId", "diagnosticsRequestId", "esimRequestId", "esimRequestId", undefined],
    ]);
  });

  test("a document that is new has its group from the schema", () => {
    const group = (query: string) => operationTabs([query], {}, schema)[0]?.group;
    expect(group("mutation New { terminateSubscriptions(input: {}) { koreRequests } }")).toBe("order");
    expect(group("mutation New { other: unlockClient(input: { id: 1 }) { outcome } }")).toBe("apiClients");
    expect(group("{ capabilities { mode } }")).toBe("read");
  });

  test("mutations that require a confirmation are those that end service or access, or release an order", () => {
    expect(simulator.confirmedMutations.sort()).toEqual([
      ...["deactivateSubscriptions", "deleteClient", "deleteEsimProfiles", "renewClientKey", "resolveOrder"],
      ...["terminateSubscriptions", "transferSubscriptions"],
    ]);
  });

  test("on live KORE each write is marked, and a rehearsal is not", () => {
    const marked = (settings: typeof simulator | typeof live) =>
      tabs.flatMap(({ query }) => (dangerOf(query, settings) ? [nameOf(query)] : []));
    expect(marked(simulator)).toEqual(["DeleteClient", "RenewClientKey", "ResolveOrder", "TransferSims"]);
    const writes = tabs.filter(({ group }) => group === "order" || group === "alerts" || group === "apiClients");
    expect(marked(live)).toEqual(
      writes.map(({ query }) => nameOf(query)).filter((name) => !name.startsWith("Rehearse")),
    );
  });
});

describe("the mark of a text", () => {
  const end = "terminateSubscriptions(input: { confirm: 1 }) { koreRequests }";
  test.each([
    ["a mutation in a fragment", `mutation A { ...F } fragment F on Mutation { ${end} }`, "confirmed"],
    ["one mutation beside a read", `query A { capabilities { mode } } mutation B { ${end} }`, "confirmed"],
    ["an alias", `mutation { gone: ${end} }`, "confirmed"],
    ["a rehearsal", "mutation { terminateSubscriptions(input: { confirm: 1, dryRun: true }) { isDryRun } }", undefined],
    ["a rehearsal beside a write", `mutation { a: suspend(input: { dryRun: true }) { x } ${end} }`, "confirmed"],
    [
      "a rehearsal by variable",
      "mutation ($d: Boolean) { terminateSubscriptions(input: { dryRun: $d }) { x } }",
      "confirmed",
    ],
    ["text that is being typed", "mutation { terminateSub", undefined],
    ["nothing", "", undefined],
  ])("%s", (_, query, danger) => {
    expect(dangerOf(query, simulator)).toBe(danger);
  });

  test("a rehearsal is one only if each of its fields is", () => {
    expect(isRehearsalOnly("mutation { a(input: { dryRun: true }) { x } b { x } }")).toBe(false);
    expect(isRehearsalOnly("query { a }")).toBe(false);
  });

  test("the description is the comment above the operation", () => {
    expect(descriptionOf("# One `line`,\n# and another.\nquery A {\n  a # not this\n}")).toBe("One line, and another.");
    expect(descriptionOf("query A { a }")).toBe("");
  });
});
