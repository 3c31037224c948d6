import { afterEach, beforeEach, expect, test } from "vitest";
import { type Kore, createKore } from "../../src/kore/client.ts";
import { credentialSet } from "../../src/kore/auth/credential-set.ts";
import { newRequestStats } from "../../src/common/request-stats.ts";
import { type CallReport, type TracedCall } from "../../src/kore/events.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";

const asItIs = <Reply>(reply: Reply): Reply => reply;

let simulator: Simulator;
let kore: Kore;
let observed: string[];
let reports: CallReport[];
let traced: TracedCall[];

beforeEach(async () => {
  simulator = await startSimulator({ clock: "manual", accounts: { acme: { sims: 3 } } });
  [observed, reports, traced] = [[], [], []];
  const { urls, credentials } = simulator;
  kore = createKore({
    connectivityUrl: urls.connectivity,
    connectivityTokenUrl: urls.connectivityToken,
    clientsUrl: urls.clients,
    globalTokenUrl: urls.globalToken,
    credentials: [credentialSet(credentials)],
    rateLimit: { rate: 1000, concurrency: 8, queue: 100 },
    observer: () => ({
      callEnded: (report) => reports.push(report),
      coalesced: (operation) => observed.push(`coalesced ${operation}`),
      tokenRenewed: (host) => observed.push(`token of ${host}`),
    }),
    trace: (call, run) => {
      traced.push(call);
      return run();
    },
  });
});
afterEach(async () => {
  await kore.close();
  await simulator.stop();
});

const CENTERS = "GET /v1/accounts/{account-id}/cost-centers";

test("each sending is reported with host, attempt and batch size", async () => {
  const query = { "page-index": 0, "max-page-item": 10, iccid: simulator.iccids("acme").join(",") };
  await kore.session().connectivity.subscriptions("acme", query);
  const { host } = new URL(simulator.url);
  expect(reports).toMatchObject([
    { operation: "POST /Api/api/token", host, attempt: 1, status: 200 },
    { operation: "GET /v1/accounts/{account-id}/subscriptions", host, attempt: 1, batchSize: 3, status: 200 },
  ]);
  expect(observed).toEqual([`token of ${host}`]);
});

test("a deduplicated read counts as coalesced for the later caller, and as a request for the first", async () => {
  const [first, second] = [newRequestStats(), newRequestStats()];
  await Promise.all([first, second].map((stats) => kore.session({ stats }).connectivity.costCenters("acme", asItIs)));
  expect(first).toEqual({ requests: 1, cached: 0, coalesced: 0, retried: 0 });
  expect(second).toEqual({ requests: 0, cached: 0, coalesced: 1, retried: 0 });
  expect(observed).toContain(`coalesced ${CENTERS}`);
});

test("each sending has a span", async () => {
  await kore.session().connectivity.costCenters("acme", asItIs);
  expect(traced).toMatchObject([
    { method: "POST", operation: "POST /Api/api/token", attempt: 1 },
    { method: "GET", operation: CENTERS, attempt: 1 },
  ]);
});
