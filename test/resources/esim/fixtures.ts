import { expect } from "vitest";
import { type SimulatorOptions } from "../../../src/simulator/index.ts";
import { type TestApp, startAppForTest } from "../../support/app.ts";

export const A = "/v1/accounts/acme";
export const SIMS = `GET ${A}/subscriptions`;
export const REQUESTS = `${A}/esim-profile-switch-requests`;
/** Nothing ends unless the clock is advanced. Milliseconds. */
export const LONG = 600_000;

const SETTLE = { PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40" };
const ACCOUNTS = {
  acme: { sims: 60 },
  verizon: { sims: 60, serviceType: "VZW" },
  tels2: { sims: 60, serviceType: "KORE TELS2" },
} as const;

interface Result {
  eid: string;
  iccid: string | null;
  outcome: string;
  reason: string | null;
  field: string | null;
  message: string | null;
  request: { id: string; status?: string } | null;
}

interface Payload {
  results: Result[];
  koreRequests: number;
  isDryRun: boolean;
}

/** The graph of a test, which orders eSIM profiles. */
export let app: TestApp;

/** Starts it, until the end of the test. */
export async function start(simulator: SimulatorOptions): Promise<void> {
  app = await startAppForTest({ accounts: ACCOUNTS, ...simulator }, SETTLE);
}

/** eSIMs whose SIMs are in service and which hold more than one, by the simulator's own view. */
export function esims(account = "acme") {
  const all = app.kore.iccids(account).map((iccid) => app.kore.sim(account, iccid));
  const found = new Map<string, { iccid: string; state: string; id: string }[]>();
  for (const sim of all) {
    if (!sim?.eid) continue;
    found.set(sim.eid, [...(found.get(sim.eid) ?? []), { iccid: sim.iccid, state: sim.state, id: sim.subscriptionId }]);
  }
  return [...found].map(([eid, [current, ...others]]) => ({ eid, current, others }));
}

export const inService = (account = "acme") =>
  esims(account).filter(({ current, others }) => current?.state === "Active" && others.length > 0);
export const first = (account = "acme") => {
  const [esim] = inService(account);
  if (!esim?.current) throw new Error("The fixtures have no such eSIM");
  return { ...esim, current: esim.current, other: esim.others[0]?.iccid ?? "" };
};
export const writes = () => app.kore.requests().filter((line) => line.startsWith("POST"));

export async function profileOf(account: string): Promise<string> {
  const { data } = await app.graph.query<{ account: { activationProfiles: { id: string }[] } }>(
    `query ($id: ID!) { account(id: $id) { activationProfiles { id } } }`,
    { id: account },
  );
  app.kore.clearLog();
  return data?.account.activationProfiles[0]?.id ?? "";
}

export type Verb = "Switch" | "Download" | "Enable" | "Delete";

export async function order(verb: Verb, input: object, fields = ""): Promise<Payload | undefined> {
  const field = `${verb.toLowerCase()}EsimProfiles`;
  const { data, errors } = await app.graph.query<Record<string, Payload>>(
    `mutation ($input: ${verb}EsimProfilesInput!) { ${field}(input: $input) {
       results { eid iccid outcome reason field message request { id ${fields} } } koreRequests isDryRun } }`,
    { input: { accountId: "acme", ...input } },
  );
  expect(errors).toBeUndefined();
  return data?.[field];
}

export async function errorOf(verb: Verb, input: object): Promise<string | undefined> {
  const { errors } = await app.graph.query(
    `mutation ($input: ${verb}EsimProfilesInput!) { ${verb.toLowerCase()}EsimProfiles(input: $input) { koreRequests } }`,
    { input: { accountId: "acme", ...input } },
  );
  return errors?.[0]?.message;
}
