import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Fault } from "../../../src/simulator/index.ts";
import { type TestApp, startApp } from "../../support/app.ts";

const RUNS = Number(process.env.FC_RUNS ?? 80);
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const DIAGNOSTICS = "/connectivity/**/diagnostics";
const KNOWN: ReadonlySet<string> = new Set(["SUBMITTED", "FAILED"]);

/** A reset of one SIM during faults. */
interface Act {
  key: "a" | "b";
  post: Fault | null;
  list: Fault | null;
  /** When the process stops; another one starts on the same store. */
  stops: "never" | "meanwhile" | "afterwards";
}

const fault = (...faults: Fault[]) => fc.constantFrom<Fault | null>(null, ...faults);
const act: fc.Arbitrary<Act> = fc.record({
  key: fc.constantFrom("a", "b"),
  post: fault(
    { effect: "drop", when: "before" },
    { effect: "drop", when: "after" },
    { effect: "drop", when: "during" },
    { effect: "truncate" },
    { effect: "empty" },
    { effect: "status", status: 502, processed: true },
    { effect: "status", status: 400 },
  ),
  list: fault({ effect: "drop", when: "before" }, { effect: "wrong-types" }, { effect: "truncate" }),
  stops: fc.constantFrom("never", "never", "meanwhile", "afterwards"),
});

let app: TestApp;
beforeAll(async () => {
  app = await startApp(
    {
      accounts: { acme: { sims: 20 * RUNS, states: "Active" } },
      clock: "real",
      provisioning: { pendingAfterMs: 5, completedAfterMs: 200 },
    },
    {
      PROVISIONING_SETTLE_MS: "20",
      PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40",
      KORE_REQUESTS_PER_SECOND: "10000",
      LIMIT_OPERATIONS_PER_MINUTE: "0",
      LIMIT_KORE_REQUESTS_PER_MINUTE: "0",
    },
  );
});
afterAll(() => app.stop());

test("whatever fails and stops, KORE gets no reset twice, and every outcome is true", async () => {
  let used = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 4 }), async (acts) => {
      const iccid = app.kore.iccids("acme")[used++] ?? "";
      const reported = new Map<string, string>();
      const reset = async (key: string): Promise<string> => {
        const result = await outcomeOf(iccid, `${iccid} ${key}`);
        if (!KNOWN.has(result?.outcome ?? "")) return result?.outcome ?? "no answer";
        const id = result?.request?.id ?? "";
        expect(reported.get(key) ?? id).toBe(id); // Once reported, an outcome stays.
        reported.set(key, id);
        return "known";
      };
      for (const { key, post, list, stops } of acts) {
        if (post) app.kore.faults.add({ ...post, method: "POST", path: DIAGNOSTICS, times: 1 });
        if (list) app.kore.faults.add({ ...list, method: "GET", path: DIAGNOSTICS });
        const answered = reset(key).catch((error: unknown) => {
          if (stops !== "meanwhile") throw error; // Its connection is closed.
        });
        if (stops === "meanwhile") await app.restart();
        await answered;
        if (stops === "afterwards") await app.restart();
        app.kore.faults.clear();
      }
      const ends = new Map<string, string>();
      for (const key of new Set(acts.map((one) => one.key))) ends.set(key, await reset(key));
      const held = await requestsOf(iccid);
      expect(held.length).toBeLessThanOrEqual(ends.size);
      for (const id of reported.values()) expect(held).toContain(id);
      // A request of KORE's that no outcome names would be one too many.
      const isCertain = [...ends.values()].every((end) => end === "known" || end === "REJECTED");
      if (isCertain) expect(new Set(reported.values())).toEqual(new Set(held));
    }),
    { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 200_000, markInterruptAsFailure: true },
  );
}, 300_000);

async function outcomeOf(iccid: string, requestKey: string) {
  const { data } = await app.graph.query<{
    resetConnection: { results: { outcome: string; request: { id: string } | null }[] } | null;
  }>(
    `mutation ($input: ResetConnectionInput!) { resetConnection(input: $input) { results { outcome request { id } } } }`,
    { input: { accountId: "acme", subscriptions: [{ iccid }], requestKey } },
  );
  return data?.resetConnection?.results[0];
}

/** KORE's requests. The faults may have opened the circuit breaker, which closes again. */
function requestsOf(iccid: string): Promise<string[]> {
  return vi.waitFor(
    async () => {
      const { data, errors } = await app.graph.query<{ account: { diagnosticsRequests: { nodes: { id: string }[] } } }>(
        `query ($iccid: ICCID!) { account(id: "acme") { diagnosticsRequests(first: 50, filter: { iccid: $iccid }) { nodes { id } } } }`,
        { iccid },
      );
      if (!data || errors) throw new Error(JSON.stringify(errors));
      return data.account.diagnosticsRequests.nodes.map(({ id }) => id);
    },
    { timeout: 20_000, interval: 200 },
  );
}
