import { afterAll, expect, test, vi } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { environmentOf } from "../support/app.ts";
import { ask, bearer, keysFile } from "../support/auth.ts";
import { command } from "../support/process.ts";

const HUNGRY = 600;
/** As KORE takes for a page. Milliseconds. */
const LATENCY = 150;

let kore: Simulator | undefined;
afterAll(() => kore?.stop());

test("12.5.10 with default limits one caller's read is among KORE's next few requests while 600 of another's wait, over sockets", async () => {
  kore = await startSimulator({ accounts: { acme: { sims: HUNGRY }, beta: { sims: 3 } } });
  const { faults } = kore;
  const log = () => kore?.log() ?? [];
  faults.add({ effect: "latency", ms: LATENCY, path: "/connectivity/v1/accounts/**" });
  const { path: file, keys } = await keysFile(
    { name: "hungry", role: "viewer", accounts: "*" },
    { name: "modest", role: "viewer", accounts: "*" },
  );
  const graph = command(["serve"], { ...environmentOf(kore), AUTH_API_KEYS_FILE: file, PORT: "0", LOG_LEVEL: "error" });
  const [, url = ""] = await graph.said(/kore-graph +(http:\S+)\/graphql/);
  const [hungry = "", modest = ""] = keys;
  const read = async (accountId: string, iccid = "", key = "") => {
    const began = performance.now();
    const { reply } = await ask(
      url,
      `{ subscription(accountId: "${accountId}", iccid: "${iccid}") { id } }`,
      bearer(key),
    );
    return { reply, ms: Math.round(performance.now() - began) };
  };
  const requestsOf = (accountId: string) => log().filter(({ path }) => path.includes(`/accounts/${accountId}/`)).length;

  const [first, ...more] = kore.iccids("beta");
  const alone = await read("beta", first, modest);
  const many = kore.iccids("acme").map((iccid) => read("acme", iccid, hungry).catch(() => undefined));
  await vi.waitUntil(() => requestsOf("acme") >= 40, { timeout: 30_000, interval: 5 });
  const figures = [];
  for (const iccid of more) {
    const [before, asked] = [log().length, requestsOf("acme")];
    const { reply, ms } = await read("beta", iccid, modest);
    expect(reply).toMatchObject({ data: { subscription: { id: expect.any(String) as string } } });
    const ahead = log()
      .slice(before)
      .findIndex(({ path }) => path.includes("/accounts/beta/"));
    figures.push({ ahead, waiting: HUNGRY - asked, ms });
  }
  process.stdout.write(`neighbours: alone ${alone.ms} ms; beside ${HUNGRY} reads ${JSON.stringify(figures)}\n`);
  for (const { ahead, waiting } of figures) {
    expect(waiting).toBeGreaterThan(200); // Without turns all of these would have been before it.
    expect(ahead).toBeGreaterThanOrEqual(0);
    expect(ahead).toBeLessThanOrEqual(25); // What KORE is asked in half a second: until the question has arrived.
  }
  graph.signal("SIGKILL");
  await Promise.all(many);
});
