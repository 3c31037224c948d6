import { describe, expect, test } from "vitest";
import { PATH, sims, startAcme } from "../support/acme.ts";

describe("bodies that are refused", () => {
  const sim = { iccid: "8900" };
  test.each<[string, unknown]>([
    ["nothing in it", {}],
    ["no JSON", "{"],
    ["a list", []],
    ["two actions", { suspend: { subscriptions: [sim] }, terminate: { subscriptions: [sim] } }],
    ["an unknown action", { explode: { subscriptions: [sim] } }],
    ["no SIMs", { suspend: { subscriptions: [] } }],
    ["SIMs that are no list", { suspend: { subscriptions: sim } }],
    ["a SIM without any id", { suspend: { subscriptions: [{}] } }],
    ["a SIM with an empty id", { suspend: { subscriptions: [{ iccid: "" }] } }],
    ["an IMEI where none belongs", { suspend: { subscriptions: [{ ...sim, imei: "490154203237518" }] } }],
    ["an unknown activation state", { activate: { "activation-state": "Active", subscriptions: [sim] } }],
    ["no activation state", { activate: { subscriptions: [sim] } }],
    ["a malformed IMEI", { activate: { "activation-state": "test", subscriptions: [{ ...sim, imei: "12" }] } }],
    ["no activation profile for a plan change", { "plan-feature-change": { subscriptions: [sim] } }],
    ["a key misspelt", { suspend: { subscriptions: [sim], mailto: "a@b.example" } }],
    ["an address that is none", { suspend: { subscriptions: [sim], "mail-to": "nobody" } }],
    ["21 addresses", { suspend: { subscriptions: [sim], "mail-to": Array(21).fill("a@b.example").join(",") } }],
    [
      "a flag that is no boolean",
      { terminate: { subscriptions: [sim], "force-enabled-esim-profile-termination": "y" } },
    ],
  ])("%s", async (_, body) => {
    const { kore, caller } = await startAcme();
    const { status, body: reply } = await caller.post(PATH, body);
    expect([status, Object.keys(reply)]).toEqual([400, ["status", "errorMessage"]]);
    expect(kore.provisioningRequests("acme")).toEqual([]);
  });

  test("another content type than JSON", async () => {
    const { caller } = await startAcme();
    const options = { headers: { "content-type": "text/plain" } };
    expect((await caller.post(PATH, JSON.stringify({ suspend: { subscriptions: [sim] } }), options)).status).toBe(400);
  });

  test("more SIMs than one request may name, where a limit is set", async () => {
    const { caller, active } = await startAcme({ provisioning: { maxSims: 2 } });
    expect((await caller.post(PATH, { suspend: sims(...active.slice(0, 3)) })).status).toBe(400);
    expect((await caller.post(PATH, { suspend: sims(...active.slice(0, 2)) })).status).toBe(200);
  });
});
