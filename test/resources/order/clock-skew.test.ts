import { afterEach, expect, test, vi } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

const MINUTE = 60_000;

let app: TestApp;
afterEach(async () => {
  vi.restoreAllMocks();
  await app.stop();
});

/** The system clock, which KORE's Date headers do not follow: Node takes them from elsewhere than `Date.now`. */
function setClock(off: number): void {
  const { now } = Date;
  vi.spyOn(Date, "now").mockImplementation(() => now.call(Date) + off);
}

/** One SIM whose suspension's reply is lost. */
async function suspend(does: "take" | "lose") {
  const method = "POST";
  const path = "/connectivity/**/provisioning-requests/*";
  app.kore.faults.add({ effect: "drop", when: does === "take" ? "after" : "before", method, path, times: 1 });
  const { data } = await app.graph.query<{ suspendSubscriptions: { results: { outcome: string; message: string }[] } }>(
    `mutation ($iccid: ICCID!) {
       suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: $iccid }], requestKey: "k" }) {
         results { outcome message }
       }
     }`,
    { iccid: app.kore.iccids("acme")[0] },
  );
  return data?.suspendSubscriptions.results[0];
}

const posts = () => app.kore.requests().filter((line) => line.startsWith("POST"));

async function start(off: number): Promise<void> {
  setClock(off);
  app = await startApp(
    { accounts: { acme: { sims: 1, states: "Active" } }, clock: "real" },
    { PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40" },
  );
}

test.each([
  [10 * MINUTE, "take"],
  [-10 * MINUTE, "take"],
  [10 * MINUTE, "lose"],
  [-10 * MINUTE, "lose"],
] as const)(
  "C4.2 while KORE's Date header is %i ms off, a lost reply stays unresolved after one POST: %s",
  async (off, does) => {
    await start(off);
    const result = await suspend(does);
    expect(result?.outcome).toBe("OUTCOME_UNKNOWN");
    expect(result?.message).toMatch(/clock/);
    expect(posts()).toEqual(["POST /v1/accounts/acme/provisioning-requests/suspend ×1"]);
  },
);

test.each([
  ["take", 1],
  ["lose", 2],
] as const)("C4.2 a skew of three minutes is tolerated: %s", async (does, times) => {
  await start(3 * MINUTE);
  expect((await suspend(does))?.outcome).toBe("SUBMITTED");
  expect(posts()).toEqual([`POST /v1/accounts/acme/provisioning-requests/suspend ×${times}`]);
});
