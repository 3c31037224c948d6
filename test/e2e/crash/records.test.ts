import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator } from "../../../src/simulator/index.ts";
import { CrashEnvironment } from "../../support/fleet/crash-environment.ts";

interface Transfer {
  results: { outcome: string; request: { id: string } | null }[];
}

const TRANSFER = `mutation ($input: TransferSubscriptionsInput!) { written: transferSubscriptions(input: $input) {
  results { outcome request { id } } } }`;
const CREATE = `mutation ($input: CreateCostCenterInput!) { written: createCostCenter(input: $input) {
  outcome costCenter { name } } }`;

let environment: CrashEnvironment;
let kore: Simulator;

beforeEach(async () => {
  environment = await CrashEnvironment.open(
    {
      accounts: { acme: { sims: 4, states: "Stock" }, other: { sims: 1 } },
      provisioning: { pendingAfterMs: 0, completedAfterMs: 0 },
    },
    ({ url }) => ({ KORE_CONNECTIVITY_URL: `${url}/connectivity` }),
  );
  ({ kore } = environment);
});
afterEach(() => environment.close());

async function write<Written>(mutation: string, input: object): Promise<Written> {
  const { data, errors } = await environment.post<{ written: Written }>(mutation, { input });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.written;
}

const transfer = () => {
  const subscriptions = kore
    .iccids("acme")
    .slice(0, 2)
    .map((iccid) => ({ iccid }));
  const input = { accountId: "acme", destinationAccountId: "other", subscriptions, confirm: 2, requestKey: "k" };
  return write<Transfer>(TRANSFER, input);
};

const create = () => write<{ outcome: string }>(CREATE, { accountId: "acme", name: "Airfreight", requestKey: "first" });

const posts = (end: string) => kore.log().filter(({ method, path }) => method === "POST" && path.endsWith(end)).length;

describe("A process that is killed in a transfer", () => {
  test("after KORE took it finds the SIMs in the other account, and sends nothing", async () => {
    await environment.killIn(transfer, "reply lost");
    await environment.start();
    const found = { outcome: "SUBMITTED", request: null };
    expect((await transfer()).results).toEqual([found, found]);
    expect(posts("/sim-transfer")).toBe(1);
  });

  test("before KORE took it does not send it again: no list of KORE's shows that it never arrived", async () => {
    await environment.killIn(transfer, "request lost");
    await environment.start();
    const unknown = { outcome: "OUTCOME_UNKNOWN", request: null };
    expect((await transfer()).results).toEqual([unknown, unknown]);
    expect(kore.subscriptionRequests("acme")).toEqual([]);
    expect(posts("/sim-transfer")).toBe(0);
  });
});

describe("A process that is killed while it creates a cost center", () => {
  test("after KORE made it makes no second one", async () => {
    await environment.killIn(create, "reply lost");
    await environment.start();
    expect(await create()).toMatchObject({ outcome: "ADOPTED", costCenter: { name: "Airfreight" } });
    expect(posts("/cost-centers")).toBe(1);
  });

  test("before KORE made it makes one when asked again", async () => {
    await environment.killIn(create, "request lost");
    await environment.start();
    expect(await create()).toMatchObject({ outcome: "DONE", costCenter: { name: "Airfreight" } });
    expect(posts("/cost-centers")).toBe(1);
  });
});
