import { expect } from "vitest";
import { type SimulatorOptions } from "../../../src/simulator/index.ts";
import { type TestApp, startAppForTest } from "../../support/app.ts";

export const REQUESTS = "/v1/accounts/acme/subscription-requests";

/** Nothing ends unless the clock is advanced. Milliseconds. */
export const LONG = 600_000;
export const UNFINISHED = { pendingAfterMs: LONG, completedAfterMs: LONG };
export const FINISHED_AT_ONCE = { pendingAfterMs: 0, completedAfterMs: 0 };

const SETTLE = { PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40" };
const ACCOUNTS = { acme: { sims: 5, states: "Stock" }, other: { sims: 2 } } as const;

export interface Result {
  iccid: string | null;
  outcome: string;
  reason: string | null;
  field: string | null;
  message: string | null;
  request: { id: string; status?: string } | null;
  subscription?: Record<string, unknown> | null;
}

interface Payload {
  results: Result[];
  counts: Record<string, number>;
  koreRequests: number;
  isDryRun: boolean;
}

type Mutation = "setCustomFields" | "setConnectedHardware" | "assignCostCenter" | "transferSubscriptions";
const inputOf = (mutation: Mutation) => `${mutation[0]?.toUpperCase() ?? ""}${mutation.slice(1)}Input`;

/** The graph of a test, which changes records of its SIMs. */
export let app: TestApp;

/** Starts it, until the end of the test. */
export async function start(simulator: SimulatorOptions = {}, env: Record<string, string> = {}): Promise<void> {
  app = await startAppForTest({ accounts: ACCOUNTS, clock: "real", ...simulator }, { ...SETTLE, ...env });
}

export const at = (index: number) => app.kore.iccids("acme")[index] ?? "";
export const sims = (places: number[], more: object = {}) => places.map((place) => ({ iccid: at(place), ...more }));
export const posts = () => app.kore.requests().filter((line) => line.startsWith("POST"));

export function send(mutation: Mutation, input: object, fields = "") {
  return app.graph.query<Record<string, Payload>>(
    `mutation ($input: ${inputOf(mutation)}!) { ${mutation}(input: $input) {
       results { iccid outcome reason field message request { id ${fields.includes("status") ? "status" : ""} } ${fields.replace("status", "")} }
       counts { submitted failed alreadySatisfied rejected unknown } koreRequests isDryRun } }`,
    { input: { accountId: "acme", ...input } },
  );
}

export async function change(mutation: Mutation, input: object, fields = ""): Promise<Payload> {
  const { data, errors } = await send(mutation, input, fields);
  expect(errors).toBeUndefined();
  const payload = data?.[mutation];
  if (!payload) throw new Error("no payload");
  return payload;
}

export const site = (value: string) => ({ fields: [{ key: "site", value }] });
export const transfer = { destinationAccountId: "other" };

export async function costCenters(): Promise<{ id: string; key: string; name: string }[]> {
  const { data } = await app.graph.query<{ account: { costCenters: { id: string; key: string; name: string }[] } }>(
    `{ account(id: "acme") { costCenters { id key name } } }`,
  );
  app.kore.clearLog();
  return data?.account.costCenters ?? [];
}

export const idOf = async (place: number, accountId = "acme") => {
  const { data } = await app.graph.query<{ subscriptions: { nodes: { id: string }[] } }>(
    `query ($iccid: ICCID!, $accountId: ID!) { subscriptions(accountId: $accountId, filter: { iccids: [$iccid] }) { nodes { id } } }`,
    { iccid: at(place), accountId },
  );
  app.kore.clearLog();
  return data?.subscriptions.nodes[0]?.id;
};

/** As KORE received them, oldest first. */
export const bodies = () =>
  app.kore
    .subscriptionRequests("acme")
    .map(({ body }) => body)
    .reverse();
