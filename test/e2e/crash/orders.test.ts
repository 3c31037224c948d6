import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Chunk } from "../../../src/kore/provisioning/ledger/records.ts";
import { openStore } from "../../../src/server/storage/lmdb.ts";
import { type Simulator } from "../../../src/simulator/index.ts";
import { CrashEnvironment } from "../../support/fleet/crash-environment.ts";
import { type CrashProxy } from "../../support/network/crash-proxy.ts";

interface Order {
  results: { iccid: string; outcome: string; request: { id: string } | null }[];
  requests: { id: string }[];
}

const ORDER = `mutation ($input: SuspendSubscriptionsInput!) { order: suspendSubscriptions(input: $input) {
  results { iccid outcome request { id } } requests { id } } }`;

let environment: CrashEnvironment;
let kore: Simulator;
let proxy: CrashProxy;

async function open(env: Readonly<Record<string, string>> = {}): Promise<void> {
  environment = await CrashEnvironment.open(
    { accounts: { acme: { sims: 12, states: "Active" } }, provisioning: { completedAfterMs: 60_000 } },
    ({ url }) => ({ KORE_CONNECTIVITY_URL: `${url}/connectivity`, PROVISIONING_CHUNK_SIZE: "2", ...env }),
  );
  ({ kore, proxy } = environment);
}
beforeEach(() => open());
afterEach(() => environment.close());

async function order(sims: number, requestKey: string | null = "night shift"): Promise<Order> {
  const iccids = kore.iccids("acme").slice(0, sims);
  const input = { accountId: "acme", subscriptions: iccids.map((iccid) => ({ iccid })), requestKey };
  const { data, errors } = await environment.post<{ order: Order }>(ORDER, { input });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.order;
}

/** The states of the chunks as the dead process has left them on disk. */
async function chunksOnDisk(): Promise<string[]> {
  const left = await openStore(environment.store);
  const chunks = (await left.list("chunk/")).map(([, chunk]) => (chunk as Chunk).state);
  await left.close();
  return chunks;
}

/** The answer must match KORE's requests, with each SIM once. */
function isAtKoreOnce({ results, requests }: Order, sims: number): void {
  const held = kore.provisioningRequests("acme");
  const named = held.flatMap(({ id, subscriptions }) => subscriptions.map(({ iccid }) => ({ iccid, id })));
  expect(held).toHaveLength(Math.ceil(sims / 2));
  expect(named).toHaveLength(sims);
  expect(requests.map(({ id }) => id).sort()).toEqual(held.map(({ id }) => id).sort());
  for (const { iccid, id } of named) {
    expect(results.find((result) => result.iccid === iccid)).toMatchObject({ outcome: "SUBMITTED", request: { id } });
  }
}

const posts = () => kore.log().filter(({ method, path }) => method === "POST" && path.endsWith("/suspend")).length;

describe("A process that is killed", () => {
  test.each(["night shift", null])(
    "before its write reached KORE writes it after the restart (key: %s)",
    async (key) => {
      await environment.killIn(() => order(2, key), "request lost");
      expect(await chunksOnDisk()).toEqual(["sending"]);
      expect(kore.provisioningRequests("acme")).toEqual([]);

      await environment.start();
      isAtKoreOnce(await order(2, key), 2);
      expect(posts()).toBe(1);
    },
  );

  test("while it fetches a token for its write, writes it after the restart", async () => {
    await order(1, "so that there is a token");
    kore.faults.add({ effect: "expire-tokens", method: "POST", path: "/connectivity/**", times: 1 });
    kore.faults.add({ effect: "latency", ms: 60_000, path: "/Api/api/token", times: 1 });
    const cutOff = order(2, "another").catch(() => undefined);
    await vi.waitFor(() => expect(kore.faults.list().map(({ hits }) => hits)).toEqual([1, 1]), { timeout: 5000 });
    await environment.kill();
    await cutOff;
    expect((await chunksOnDisk()).sort()).toEqual(["acknowledged", "sending"]);
    expect(kore.provisioningRequests("acme")).toHaveLength(1);

    await environment.start();
    const { requests } = await order(2, "another");
    expect(kore.provisioningRequests("acme").map(({ id }) => id)).toContain(requests[0]?.id);
    expect(kore.provisioningRequests("acme")).toHaveLength(2);
  });

  test.each(["night shift", null])("after KORE took its write does not write it again (key: %s)", async (key) => {
    await environment.killIn(() => order(2, key), "reply lost");
    expect(await chunksOnDisk()).toEqual(["sending"]);
    expect(kore.provisioningRequests("acme")).toHaveLength(1);

    await environment.start();
    isAtKoreOnce(await order(2, key), 2);
    expect(posts()).toBe(1);
  });

  test("while its write is on its way does not write it again, though it arrives only after the restart", async () => {
    await environment.close();
    await open({ PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "8000" }); // A restart may be slow, and is to be within it.
    await environment.killIn(() => order(2), "request late");
    await environment.start();
    const answer = order(2);
    await setTimeout(300);
    await proxy.letGo();
    isAtKoreOnce(await answer, 2);
    expect(posts()).toBe(1);
  });

  test("in the middle of a bulk goes on where it was, each SIM once", async () => {
    await environment.killIn(() => order(12), "passes", "passes", "reply lost", "request lost");
    expect(await chunksOnDisk()).toEqual(expect.arrayContaining(["acknowledged", "sending", "planned"]));
    expect(kore.provisioningRequests("acme")).toHaveLength(3);

    await environment.start();
    isAtKoreOnce(await order(12), 12);
    expect(posts()).toBe(6);
  });

  test("repeatedly, also during its reconciliation, writes each SIM once", async () => {
    await environment.killIn(() => order(8), "reply lost", "request lost");
    for (const passage of ["request lost", "reply lost"] as const) {
      const held = proxy.hold(passage);
      await environment.start(); // Its recovery is cut off, too.
      await held;
      await environment.kill();
    }
    await environment.start();
    isAtKoreOnce(await order(8), 8);
    expect(posts()).toBe(4);
  });

  test("when all was done gives the same answer after the restart, and KORE is asked nothing", async () => {
    const answer = await order(4);
    isAtKoreOnce(answer, 4);
    kore.clearLog();
    await environment.restart();
    expect(await order(4)).toEqual(answer);
    expect(kore.log()).toEqual([]);
  });
});

const SWITCH = `mutation ($input: SwitchEsimProfilesInput!) { order: switchEsimProfiles(input: $input) {
  results { eid outcome request { id } } } }`;

test.each(["request lost", "reply lost"] as const)(
  "A process that is killed while it switches an eSIM (%s) switches it once",
  async (passage) => {
    const { eid } = kore.sim("acme", kore.iccids("acme")[0] ?? "") ?? {};
    const profiles = await environment.post<{ account: { activationProfiles: { id: string }[] } }>(
      `{ account(id: "acme") { activationProfiles { id } } }`,
      {},
    );
    const activationProfileId = profiles.data?.account.activationProfiles[0]?.id;
    const input = { accountId: "acme", activationProfileId, esims: [{ eid }], requestKey: "night shift" };
    const switching = async () => {
      const { data, errors } = await environment.post<{ order: unknown }>(SWITCH, { input });
      if (!data) throw new Error(JSON.stringify(errors));
      return data.order;
    };
    await environment.killIn(switching, passage);
    expect(await chunksOnDisk()).toEqual(["sending"]);

    await environment.start();
    const answer = await switching();
    const held = kore.esimRequests("acme");
    expect(held).toHaveLength(1);
    expect(answer).toEqual({ results: [{ eid, outcome: "SUBMITTED", request: { id: held[0]?.id } }] });
  },
);
