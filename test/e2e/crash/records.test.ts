import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator } from "../../../src/simulator/index.ts";
import { CrashEnvironment } from "../../support/fleet/crash-environment.ts";
import { type CrashProxy, type Passage } from "../../support/network/crash-proxy.ts";

interface Transfer {
  results: { outcome: string; request: { id: string } | null }[];
}

const TRANSFER = `mutation ($input: TransferSubscriptionsInput!) { written: transferSubscriptions(input: $input) {
  results { outcome request { id } } } }`;
const CREATE = `mutation ($input: CreateCostCenterInput!) { written: createCostCenter(input: $input) {
  outcome costCenter { name } } }`;

let environment: CrashEnvironment;
let kore: Simulator;
let proxy: CrashProxy;

beforeEach(async () => {
  environment = await CrashEnvironment.open(
    {
      accounts: { acme: { sims: 4, states: "Stock" }, other: { sims: 1 } },
      provisioning: { pendingAfterMs: 0, completedAfterMs: 0 },
    },
    ({ url }) => ({ KORE_CONNECTIVITY_URL: `${url}/connectivity` }),
  );
  ({ kore, proxy } = environment);
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

/** Writes, kills the process once the proxy holds the request or its reply, and restarts it. */
async function crashIn(writing: () => Promise<unknown>, passage: Passage): Promise<void> {
  const held = proxy.hold(passage);
  const cutOff = writing().then(
    () => expect.fail("was answered before the crash"),
    () => undefined,
  );
  await held;
  await environment.kill();
  await cutOff;
  await environment.start();
}

const posts = (end: string) => kore.log().filter(({ method, path }) => method === "POST" && path.endsWith(end)).length;

describe("A process that is killed in a transfer", () => {
  test("after KORE took it finds the SIMs in the other account, and sends nothing", async () => {
    await crashIn(transfer, "reply lost");
    const found = { outcome: "SUBMITTED", request: null };
    expect((await transfer()).results).toEqual([found, found]);
    expect(posts("/sim-transfer")).toBe(1);
  });

  test("before KORE took it does not send it again: no list of KORE's shows that it never arrived", async () => {
    await crashIn(transfer, "request lost");
    const unknown = { outcome: "OUTCOME_UNKNOWN", request: null };
    expect((await transfer()).results).toEqual([unknown, unknown]);
    expect(kore.subscriptionRequests("acme")).toEqual([]);
    expect(posts("/sim-transfer")).toBe(0);
  });
});

describe("A process that is killed while it creates a cost center", () => {
  test("after KORE made it makes no second one", async () => {
    await crashIn(create, "reply lost");
    expect(await create()).toMatchObject({ outcome: "ADOPTED", costCenter: { name: "Airfreight" } });
    expect(posts("/cost-centers")).toBe(1);
  });

  test("before KORE made it makes one when asked again", async () => {
    await crashIn(create, "request lost");
    expect(await create()).toMatchObject({ outcome: "DONE", costCenter: { name: "Airfreight" } });
    expect(posts("/cost-centers")).toBe(1);
  });
});
