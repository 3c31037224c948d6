import { describe, expect, test } from "vitest";
import { type ConnectivityApi } from "../../src/kore/api/connectivity.ts";
import { type KoreError, errorFromReply } from "../../src/kore/errors.ts";
import { type CommandBody } from "../../src/kore/provisioning/command.ts";
import { type RecordVerb } from "../../src/kore/provisioning/verbs.ts";
import { progressOf, failuresOf } from "../../src/kore/provisioning/progress.ts";
import { detailOf } from "../../src/kore/provisioning/reconciliation/reconcile.ts";
import {
  SubscriptionRequestEndpoints,
  simOfItem,
  toProvisioningShape,
} from "../../src/kore/subscription-requests/endpoints.ts";
import { showsValues, wholeValues } from "../../src/kore/subscription-requests/record.ts";

const body: CommandBody = {
  subscriptions: [{ "subscription-id": "a", "cost-center-pk": "1", "cost-center-id": "2" }],
};

/** Endpoints of a KORE that answers a change of records so. */
function endpoints(answer: unknown, sent: unknown[] = []): SubscriptionRequestEndpoints {
  const write = (_account: string, subscriptions: unknown) => {
    sent.push(subscriptions);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const kore = { setCustomFields: write, setConnectedHardware: write, transferSims: write, assignCostCenters: write };
  return new SubscriptionRequestEndpoints(kore as unknown as ConnectivityApi);
}

const change = (answer: unknown, verb: RecordVerb = "cost-center") => endpoints(answer).provision("acme", verb, body);
const refusalOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error as KoreError);

const ERROR = { code: 400, message: "Value is too long", status: "error" };

describe("a reply to a change of records", () => {
  test("acknowledges by the request's id", async () => {
    const reply = { "subscription-request-id": " 7 ", "subscription-request-status": "Accepted (Sync)" };
    expect(await change(reply)).toEqual({ "provisioning-request-id": "7" });
  });

  test.each(["Rejected ( Sync )", "Rejected (Sync)", "rejected(sync)"])(
    "of status 200 is a refusal when it says %s",
    async (status) => {
      const reply = { "subscription-request-id": "7", "subscription-request-status": status, error: ERROR };
      const error = await refusalOf(change(reply));
      expect(error).toMatchObject({ kind: "bad-request", isRefusal: true, koreMessage: "Value is too long" });
    },
  );

  test.each([
    ["{message}", { message: "Value is too long" }],
    [
      "{…, error}",
      { "subscription-request-id": "7", "subscription-request-status": "Rejected ( Sync )", error: ERROR },
    ],
    ["{…, error} without a code", { error: { message: "Value is too long", status: "error" } }],
  ])("of status 400 as %s is a refusal with KORE's words", async (_, reply) => {
    const error = await refusalOf(change(errorFromReply("POST x", 400, {}, JSON.stringify(reply))));
    expect(error).toMatchObject({ kind: "bad-request", isRefusal: true, koreMessage: "Value is too long" });
  });

  test("of status 500 that names a request acknowledges it, and another one is ambiguous", async () => {
    const reply = { "subscription-request-id": "7", "subscription-request-status": "Failed", error: ERROR };
    const failed = (of: unknown) => errorFromReply("POST x", 500, {}, JSON.stringify(of));
    expect(await change(failed(reply))).toEqual({ "provisioning-request-id": "7" });
    expect(await refusalOf(change(failed({ error: ERROR })))).toMatchObject({ kind: "unavailable", isRefusal: false });
  });
});

test("each verb sends its own values only", async () => {
  const sent: unknown[] = [];
  const kore = endpoints({}, sent);
  const record = {
    "additional-fields": [{ key: "k", value: "v" }],
    "connected-hardware": { imei: "490154203237518" },
    "destination-account-id": "other",
  };
  const whole: CommandBody = { subscriptions: [{ ...body.subscriptions[0], ...record }] };
  for (const verb of ["additional-fields", "connected-hardware", "cost-center", "sim-transfer"] as const) {
    await kore.provision("acme", verb, whole);
  }
  expect(sent).toEqual([
    [{ "subscription-id": "a", "additional-fields": record["additional-fields"] }],
    [{ "subscription-id": "a", "connected-hardware": record["connected-hardware"] }],
    [{ "subscription-id": "a", "cost-center-pk": "1" }],
    [{ "subscription-id": "a", "destination-account-id": "other" }],
  ]);
});

describe("the status of a request", () => {
  const progress = (request: object) =>
    progressOf(detailOf(toProvisioningShape("7", { "subscription-request": request })));
  const item = (values: object) => ({
    "subscription-identifier": "ICCID",
    "subscription-identifier-value": "89",
    ...values,
  });

  test.each([
    ["Accepted (Sync)", "not reached", false],
    ["In-Progress", "not reached", false],
    ["in progress", "not reached", false],
    ["Completed", "reached", false],
    ["Failed", "reached", true],
    ["Rejected ( Sync )", "reached", true],
    ["Parked", "unclear", false],
    [undefined, "not reached", false],
  ])("%s", (status, end, hasFailed) => {
    expect(progress({ "subscription-request-status": status })).toMatchObject({ end, hasFailed });
  });

  test("fails the SIMs that are not known to be done, with their own words or those of the request", () => {
    const errors = [{ "error-message": "rolled back" }, { "error-message": "one ICCID" }];
    const failed = progress({
      "subscription-request-status": "Failed",
      subscriptions: [
        item({ status: "Completed" }),
        item({ "subscription-identifier-value": "90", status: "Failed", error: "no such field" }),
      ],
      "subscription-request-error": errors,
    });
    const named = [
      { id: "a", iccid: "89" },
      { id: "b", iccid: "90" },
      { id: "c", iccid: "91" },
    ];
    expect(failuresOf(failed, named)).toEqual({ b: "no such field", c: "rolled back; one ICCID" });
  });

  test.each([
    [{ "subscription-identifier": "iccid", "subscription-identifier-value": "89" }, [null, "89"]],
    [{ "subscription-identifier": "subscription-id", "subscription-identifier-value": "a" }, ["a", null]],
    [{ "subscription-identifier-value": "8931080019074512345" }, [null, "8931080019074512345"]],
    [{ "subscription-request-id": "a" }, ["a", null]],
    [{ "subscription-request-id": "7" }, [null, null]],
  ])("names a SIM as %j", (wire, [id, iccid]) => {
    expect(simOfItem("7", wire)).toEqual({ "subscription-id": id, iccid });
  });
});

describe("the values of a record", () => {
  const shown = {
    customFields: [
      { key: "site", value: "Antwerp" },
      { key: "tag", value: "T1" },
    ],
    imei: null,
    serialNumber: "S",
    modelNumber: null,
    costCenterId: "2",
  };
  test("are there when KORE shows them, an empty one when it shows none", () => {
    const fields = (key: string, value: string) => ({ "additional-fields": [{ key, value }] });
    expect(showsValues(shown, fields("site", "Antwerp"))).toBe(true);
    expect(showsValues(shown, fields("site", "antwerp"))).toBe(false);
    expect(showsValues(shown, fields("none", ""))).toBe(true);
    expect(showsValues(shown, { "connected-hardware": { "serial-number": "S" } })).toBe(true);
    expect(showsValues(shown, { "connected-hardware": { imei: "490154203237518" } })).toBe(false);
    expect(showsValues(shown, { "cost-center-pk": "1", "cost-center-id": "3" })).toBe(false);
  });

  test("are sent with those that the SIM has in the same part", () => {
    expect(wholeValues(shown, { "additional-fields": [{ key: "site", value: "Bruges" }] })).toEqual({
      "additional-fields": [
        { key: "tag", value: "T1" },
        { key: "site", value: "Bruges" },
      ],
    });
    expect(wholeValues(shown, { "connected-hardware": { imei: "490154203237518" } })).toEqual({
      "connected-hardware": { "serial-number": "S", imei: "490154203237518" },
    });
    expect(wholeValues(shown, { "cost-center-pk": "1" })).toEqual({ "cost-center-pk": "1" });
  });
});
