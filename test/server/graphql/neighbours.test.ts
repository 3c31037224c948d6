import { afterEach, expect, test, vi } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { ask, authEnvironment, bearer, keysFile } from "../../support/auth.ts";

let app: TestApp | undefined;
afterEach(() => app?.stop());

/** Reads that wait for their turn, as the metrics have it. */
async function queued(): Promise<number> {
  const text = await (await fetch(app?.metricsUrl ?? "")).text();
  return Number(/^kore_graph_upstream_queued(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1]);
}

test("12.5.4 one caller's read is among KORE's next few requests while another's wait in their hundreds", async () => {
  const keys = await keysFile(
    { name: "hungry", role: "viewer", accounts: "*" },
    { name: "modest", role: "viewer", accounts: "*" },
  );
  const { url, kore } = (app = await startApp(
    { accounts: { acme: { sims: 300 }, beta: { sims: 1 } } },
    { ...authEnvironment({ keys }), KORE_CONCURRENCY: "3", METRICS_PORT: "0", STOP_WITHIN_MS: "1000" },
  ));
  kore.faults.add({ effect: "latency", ms: 500, path: "/connectivity/v1/accounts/**" });
  const [hungry = "", modest = ""] = keys.keys;
  const read = (accountId: string, iccid: string, key: string) =>
    ask(url, `{ subscription(accountId: "${accountId}", iccid: "${iccid}") { id } }`, bearer(key)).catch(
      () => undefined,
    );
  const many = kore.iccids("acme").map((iccid) => read("acme", iccid, hungry));
  await vi.waitUntil(async () => (await queued()) >= 250, PATIENCE);
  const [iccid = ""] = kore.iccids("beta");
  const before = kore.log().length;
  const one = read("beta", iccid, modest);
  expect((await one)?.reply).toMatchObject({ data: { subscription: { id: expect.any(String) as string } } });
  // One request is under way at a time. Without turns the read would have been behind all that wait.
  const ahead = kore.log().findIndex(({ path }) => path.includes("/accounts/beta/")) - before;
  expect(ahead).toBeGreaterThanOrEqual(0);
  expect(ahead).toBeLessThanOrEqual(3);
  expect(await queued()).toBeGreaterThan(200);
  await app.stop();
  await Promise.all(many);
});

const PATIENCE = { timeout: 20_000, interval: 20 };
