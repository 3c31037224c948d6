import { afterEach, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { codesOf } from "../../support/operations/every-transport.ts";

let app: TestApp | undefined;
afterEach(() => app?.stop());

const FIXTURES = { accounts: { "cmp-7001": { sims: 60 }, "cmp-7002": { sims: 60 } } };

const bySim = (accountId: string, iccid: string) =>
  `{ subscription(accountId: "${accountId}", iccid: "${iccid}") { id } }`;

/** How reads of single SIMs of an account end: their codes, "ok" for an answer. */
async function read({ graph, kore }: TestApp, accountId: string, count: number): Promise<string[]> {
  const iccids = kore.iccids(accountId);
  const ends: string[] = [];
  for (let n = 0; n < count; n += 20) {
    const batch = Array.from({ length: Math.min(20, count - n) }, (_, i) => iccids[(n + i) % iccids.length] ?? "");
    const replies = await Promise.all(batch.map((iccid) => graph.query(bySim(accountId, iccid))));
    ends.push(...replies.map((reply) => codesOf(reply)?.[0] ?? "ok"));
  }
  return ends;
}

const sentOf = (kore: TestApp["kore"], accountId: string) =>
  kore.log().filter(({ path }) => path.startsWith(`/connectivity/v1/accounts/${accountId}/`)).length;

const breakerLines = (text: string) => text.split("\n").filter((line) => /breaker|accounts_open/.test(line));

test("12.5.7 an account whose reads always fail is left alone, and another one's reads are all answered", async () => {
  app = await startApp(FIXTURES, { METRICS_PORT: "0" });
  const { kore } = app;
  await read(app, "cmp-7002", 1);
  kore.faults.add({ effect: "status", status: 503, path: "/connectivity/v1/accounts/cmp-7001/**" });
  const failed = await read(app, "cmp-7001", 300);
  expect(new Set(failed)).toEqual(new Set(["KORE_UNAVAILABLE"]));
  const sent = sentOf(kore, "cmp-7001");
  expect(sent).toBeLessThan(100); // Those under way when the tenth had failed, and trials; without a breaker 900.
  expect(await read(app, "cmp-7002", 100)).toEqual(Array(100).fill("ok"));
  expect(sentOf(kore, "cmp-7002")).toBe(101);

  const metrics = await (await fetch(app.metricsUrl ?? "")).text();
  expect(breakerLines(metrics).filter((line) => line.endsWith(" 1"))).toEqual([
    'kore_graph_upstream_accounts_open{credential="default"} 1',
  ]);
  const texts = metrics + JSON.stringify(app.logged());
  expect(texts.includes("cmp-")).toBe(false);
  const warnings = app.logged().filter(({ state }) => state === "open");
  expect(warnings).toHaveLength(1);
});

test("12.5.8 when all accounts fail, calls for any account are refused before they are sent", async () => {
  app = await startApp(FIXTURES, { METRICS_PORT: "0" });
  const { kore } = app;
  kore.faults.add({ effect: "status", status: 503, path: "/connectivity/**" });
  await Promise.all([read(app, "cmp-7001", 60), read(app, "cmp-7002", 60)]);
  kore.clearLog();
  const ends = await Promise.all([read(app, "cmp-7001", 20), read(app, "cmp-7002", 20)]);
  expect(new Set(ends.flat())).toEqual(new Set(["KORE_UNAVAILABLE"]));
  expect(kore.log().length).toBeLessThanOrEqual(4); // A trial at most in each pause.
  const metrics = await (await fetch(app.metricsUrl ?? "")).text();
  expect(metrics).toMatch(/^kore_graph_upstream_breaker_state\{.*\} [12]$/m);
});
