import { afterEach, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

const IMEI = "356938035643809";
const SIMS = "/v1/accounts/acme/subscriptions";
type ServiceType = "OmniSIM" | "VZW" | "APEX" | "KORE TELS2";

let app: TestApp;
afterEach(() => app.stop());

const start = (serviceType: ServiceType) =>
  startApp({ accounts: { acme: { sims: 3, states: "Stock", serviceType } }, clock: "real" });

interface Payload {
  order: {
    unchecked: { requirement: string; basis: string; count: number; field: string; message: string }[];
    results: { outcome: string }[];
  };
}

const sim = (place: number, imei?: string) => ({ iccid: app.kore.iccids("acme")[place], imei });
const ipnd = { lastName: "Lovelace" };

async function activate(input: Record<string, unknown>) {
  const { data, errors } = await app.graph.query<Payload>(
    `mutation ($input: ActivateSubscriptionsInput!) {
      order: activateSubscriptions(input: $input) {
        unchecked { requirement basis count field message } results { outcome }
      }
    }`,
    { input: { accountId: "acme", activationState: "ACTIVE", ...input } },
  );
  expect(errors).toBeUndefined();
  return data?.order;
}

const rehearse = async (input: Record<string, unknown>) => (await activate({ dryRun: true, ...input }))?.unchecked;

test.each([
  ["VZW", "IMEI_OR_SKU", { sku: "x" }],
  ["APEX", "IMEI", undefined],
  ["KORE TELS2", "IPND", { ipnd }],
] as const)("a dry run shows what %s requires by the name of the product offer", async (network, requirement, more) => {
  app = await start(network);
  const subscriptions = [sim(0, IMEI), sim(1), sim(2)];
  const isOfSim = requirement !== "IPND";
  expect(await rehearse({ subscriptions })).toMatchObject([
    {
      requirement,
      basis: "PRODUCT_OFFER",
      count: isOfSim ? 2 : 3,
      field: isOfSim ? "subscriptions[1].imei" : "ipnd",
      message: expect.stringMatching(/^By the name of the SIM's product offer, KORE will fail it without /) as string,
    },
  ]);
  expect(await rehearse({ subscriptions: subscriptions.map((one) => ({ ...one, imei: IMEI })), ...more })).toEqual([]);
  expect(app.kore.requests()).toEqual([`GET ${SIMS} ×2`]);
});

test("a dry run of a service type without a known rule says that its requirements were not checked", async () => {
  app = await start("OmniSIM");
  const subscriptions = [sim(0), sim(1)];
  expect(await rehearse({ subscriptions })).toMatchObject([
    { requirement: "IMEI_OR_SKU", basis: "NOT_KNOWN", count: 2, field: "subscriptions[0].imei" },
    { requirement: "IPND", basis: "NOT_KNOWN", count: 2, field: "ipnd" },
  ]);
  expect(await rehearse({ subscriptions, sku: "x", ipnd })).toMatchObject([
    { requirement: "IMEI", basis: "NOT_KNOWN" },
  ]);
  expect(await rehearse({ subscriptions: [sim(0, IMEI)], ipnd })).toEqual([]);
});

test("a need for lack of which KORE has failed an activation is shown by later dry runs", async () => {
  app = await start("APEX");
  const failed = await activate({ subscriptions: [sim(0)], waitUpTo: 20 });
  expect(failed).toMatchObject({ results: [{ outcome: "FAILED" }], unchecked: [] });
  expect(await rehearse({ subscriptions: [sim(1)] })).toEqual([
    {
      requirement: "IMEI",
      basis: "EARLIER_FAILURE",
      count: 1,
      field: "subscriptions[0].imei",
      message:
        "KORE has failed activations of SIMs of this service type for lack of an IMEI, which KORE requires for APEX.",
    },
  ]);
  expect(await rehearse({ subscriptions: [sim(1, IMEI)] })).toEqual([]);
});

test("a need for lack of which KORE has refused an activation is shown by later dry runs", async () => {
  app = await start("KORE TELS2");
  const refused = await activate({ subscriptions: [sim(0, IMEI)] });
  expect(refused?.results).toEqual([{ outcome: "REJECTED" }]);
  expect(await rehearse({ subscriptions: [sim(0)] })).toMatchObject([
    { requirement: "IPND", basis: "EARLIER_FAILURE" },
  ]);
});

test("a dry run of another verb, and a SIM that would not be written, need nothing", async () => {
  app = await startApp({ accounts: { acme: { sims: 1, states: "Active", serviceType: "APEX" } } });
  expect(await rehearse({ subscriptions: [sim(0)] })).toEqual([]);
  const { data } = await app.graph.query<Payload>(
    `mutation ($input: SuspendSubscriptionsInput!) {
      order: suspendSubscriptions(input: $input) { unchecked { requirement } results { outcome } }
    }`,
    { input: { accountId: "acme", dryRun: true, subscriptions: [{ iccid: sim(0).iccid }] } },
  );
  expect(data?.order).toEqual({ unchecked: [], results: [{ outcome: "WOULD_BE_SUBMITTED" }] });
});
