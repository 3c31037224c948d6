import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Kore, createKore, credentialSet } from "../../src/kore/index.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";

const asItIs = <Reply>(reply: Reply): Reply => reply;

let simulator: Simulator;
let kore: Kore;
beforeAll(async () => {
  simulator = await startSimulator({ accounts: { own: { sims: 5 }, foreign: { sims: 5 } } });
  const { connectivity, connectivityToken, clients, globalToken } = simulator.urls;
  kore = createKore({
    connectivityUrl: connectivity,
    connectivityTokenUrl: connectivityToken,
    clientsUrl: clients,
    globalTokenUrl: globalToken,
    credentials: [credentialSet(simulator.credentials)],
    rateLimit: { rate: 1000, concurrency: 8, queue: 100 },
  });
});
afterAll(async () => {
  await kore.close();
  await simulator.stop();
});
beforeEach(() => simulator.clearLog());

const all = () => kore.session({ accounts: new Set(["own"]) });
const session = () => all().connectivity;

/** Every request that names an account in its path. */
const REQUESTS = {
  costCenters: (account: string) => session().costCenters(account, asItIs),
  activationProfiles: (account: string) => session().activationProfiles(account, asItIs),
  activationProfile: (account: string) => session().activationProfile(account, "1", asItIs),
  profile: (account: string) => session().profile(account, "1", asItIs),
  serviceTypes: (account: string) => session().serviceTypes(account, asItIs),
  serviceType: (account: string) => session().serviceType(account, "1", asItIs),
  planTypes: (account: string) => session().planTypes(account, asItIs),
  plans: (account: string) => session().plans(account, asItIs),
  plan: (account: string) => session().plan(account, "1", asItIs),
  features: (account: string) => session().features(account, asItIs),
  feature: (account: string) => session().feature(account, "1", asItIs),
  subscriptions: (account: string) => session().subscriptions(account, { "page-index": 0, "max-page-item": 1 }),
  simUsage: (account: string) => session().simUsage(account, "1", { from: "2025-01-01", to: "2025-01-02" }),
  planUsage: (account: string) => session().planUsage(account, "1", { from: "2025-01-01", to: "2025-01-02" }),
  subscription: (account: string) => session().subscription(account, "1"),
  sessions: (account: string) => session().sessions(account, { "query-by-field": "iccid", "query-by-values": ["1"] }),
  inSession: (account: string) => session().inSession(account, { "query-by-field": "iccid", "query-by-values": ["1"] }),
  simCount: (account: string) => session().simCount(account, "Active", asItIs),
  provisioningRequests: (account: string) => session().provisioningRequests(account, {}),
  provisioningRequest: (account: string) => session().provisioningRequest(account, "1"),
  diagnosticsRequests: (account: string) => session().diagnosticsRequests(account, {}),
  diagnosticsRequest: (account: string) => session().diagnosticsRequest(account, "1"),
  cancelDeviceLocation: (account: string) => session().cancelDeviceLocation(account, "1"),
  esimRequests: (account: string) => session().esimRequests(account, { page: 1, take: 1, eid: undefined }),
  esimRequest: (account: string) => session().esimRequest(account, "1"),
  esimProfiles: (account: string) => session().esimProfiles(account, "1"),
  changeEsims: (account: string) => session().changeEsims(account, "enable", { subscriptions: [] }),
  retryEsims: (account: string) => session().retryEsims(account, { requestId: "1", eids: [], skipSessionCheck: false }),
  cancelEsims: (account: string) => session().cancelEsims(account, { requestId: "1", eids: [], retriesOnly: false }),
  createCostCenter: (account: string) => session().createCostCenter(account, "Airfreight"),
  renameCostCenter: (account: string) => session().renameCostCenter(account, "1", "Reefers"),
  setCustomFields: (account: string) => session().setCustomFields(account, []),
  setConnectedHardware: (account: string) => session().setConnectedHardware(account, []),
  assignCostCenters: (account: string) => session().assignCostCenters(account, []),
  transferSims: (account: string) => session().transferSims(account, []),
  subscriptionRequest: (account: string) => session().subscriptionRequest(account, "1"),
  dailySubscriptionsReport: (account: string) => session().dailySubscriptionsReport(account, undefined),
  provision: (account: string) => session().provision(account, "suspend", { subscriptions: [] }),
};

const RULE = { "rule-name": "", "event-name": "", enabled: true, conditions: [], actions: {} };
const ALERTING_REQUESTS = {
  events: (account: string) => all().alerting.events(account, asItIs),
  actions: (account: string) => all().alerting.actions(account, asItIs),
  rules: (account: string) => all().alerting.rules(account),
  createRule: (account: string) => all().alerting.createRule(account, RULE),
  updateRule: (account: string) => all().alerting.updateRule(account, "1", RULE),
  alerts: (account: string) => all().alerting.alerts(account, {}),
  alert: (account: string) => all().alerting.alert(account, "1"),
};

/** Those that name it in their query. */
const SMS_REQUESTS = {
  messages: (account: string) => all().sms.messages(account, {}),
  send: (account: string) => all().sms.send(account, { message: "Report", iccid: "1" }),
};

test("all requests of a session are covered by these tests", () => {
  const namesOf = (api: object) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(api)).filter((name) => name !== "constructor");
  expect(namesOf(session()).sort()).toEqual(["accounts", "ping", ...Object.keys(REQUESTS)].sort());
  expect(namesOf(all().alerting)).toEqual(Object.keys(ALERTING_REQUESTS));
  expect(namesOf(all().sms)).toEqual(Object.keys(SMS_REQUESTS));
});

test.each(Object.entries({ ...REQUESTS, ...ALERTING_REQUESTS, ...SMS_REQUESTS }))(
  "%s of an account beyond reach is not found, without a KORE call",
  async (_, request) => {
    for (const account of ["foreign", "missing"]) {
      await expect(request(account)).rejects.toMatchObject({ kind: "not-found", status: undefined, isUnsent: true });
    }
    expect(simulator.log()).toEqual([]);
  },
);

test("accounts within reach are read", async () => {
  await expect(REQUESTS.costCenters("own")).resolves.toHaveProperty("length");
  await expect(REQUESTS.subscriptions("own")).resolves.toHaveProperty("subscriptions");
});

test("a read beyond reach does not join another caller's read in flight", async () => {
  const theirs = kore.session().connectivity.costCenters("foreign", asItIs);
  await expect(session().costCenters("foreign", asItIs)).rejects.toMatchObject({ kind: "not-found" });
  await expect(theirs).resolves.toHaveProperty("length");
});
