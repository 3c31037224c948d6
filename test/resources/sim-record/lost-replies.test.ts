import { describe, expect, test } from "vitest";
import {
  app,
  start,
  at,
  sims,
  posts,
  change,
  site,
  transfer,
  REQUESTS,
  UNFINISHED,
  FINISHED_AT_ONCE,
} from "./fixtures.ts";

describe("A lost reply", () => {
  const path = "/connectivity/**/subscription-requests/**";
  const fieldsPath = "/connectivity/**/subscription-requests";

  test("is resolved where the SIMs show the change", async () => {
    await start({ provisioning: FINISHED_AT_ONCE });
    app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path: fieldsPath, times: 1 });
    const { results } = await change("setCustomFields", { subscriptions: sims([0], site("A")), requestKey: "k" });
    expect(results).toMatchObject([
      { outcome: "SUBMITTED", request: null, message: expect.stringContaining("shows the change") as string },
    ]);
    app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path, times: 1 });
    const input = { ...transfer, subscriptions: sims([1]), confirm: 1 };
    const moved = await change("transferSubscriptions", input, "subscription { accountId }");
    expect(moved.results).toMatchObject([
      { outcome: "SUBMITTED", request: null, subscription: { accountId: "other" } },
    ]);
    expect(posts()).toEqual([`POST ${REQUESTS} ×1`, `POST ${REQUESTS}/sim-transfer ×1`]);
  });

  test("is never sent again where they do not, blocks no order, and an administrator resolves it", async () => {
    await start({ provisioning: UNFINISHED });
    app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path: fieldsPath, times: 1 });
    const input = { subscriptions: sims([0], site("A")), requestKey: "k" };
    expect((await change("setCustomFields", input)).results).toMatchObject([
      { outcome: "OUTCOME_UNKNOWN", reason: "REPLY_LOST" },
    ]);
    expect((await change("setCustomFields", input)).counts).toMatchObject({ unknown: 1 });
    const other = await change("setCustomFields", { subscriptions: sims([0], site("B")) });
    expect(other.results).toMatchObject([{ outcome: "REJECTED", reason: "EARLIER_OUTCOME_UNKNOWN" }]);
    const moved = await change("transferSubscriptions", { ...transfer, subscriptions: sims([0]), confirm: 1 });
    expect(moved.results).toMatchObject([{ outcome: "REJECTED", reason: "EARLIER_OUTCOME_UNKNOWN" }]);
    expect(
      (await change("setConnectedHardware", { subscriptions: sims([0], { imei: "490154203237518" }) })).counts,
    ).toMatchObject({ submitted: 1 });
    const suspend = await app.graph.query(
      `mutation ($iccid: ICCID!) { activateSubscriptions(input: { accountId: "acme", activationState: ACTIVE, subscriptions: [{ iccid: $iccid }] }) { counts { submitted } } }`,
      { iccid: at(0) },
    );
    expect(suspend.data).toEqual({ activateSubscriptions: { counts: { submitted: 1 } } });

    const { data } = await app.graph.query<{
      unresolvedOrders: { intentId: string; verb: string; candidates: unknown[] }[];
    }>(`{ unresolvedOrders(accountId: "acme") { intentId verb candidates { requestId } } }`);
    expect(data?.unresolvedOrders).toMatchObject([{ verb: "SET_CUSTOM_FIELDS", candidates: [] }]);
    const [arrivedAs] = app.kore.subscriptionRequests("acme").filter(({ part }) => part === "additional-fields");
    const resolve = (id: string) =>
      app.graph.query(
        `mutation ($input: ResolveOrderInput!) { resolveOrder(input: $input) { outcome reason results { outcome request { id } } } }`,
        { input: { accountId: "acme", intentId: data?.unresolvedOrders[0]?.intentId, arrivedAs: id, confirm: 1 } },
      );
    expect((await resolve("cmp-nothing")).data).toMatchObject({ resolveOrder: { reason: "REQUEST_NOT_FOUND" } });
    expect((await resolve(arrivedAs?.id ?? "")).data).toEqual({
      resolveOrder: { outcome: "ADOPTED", reason: null, results: [{ outcome: "SUBMITTED", request: null }] },
    });
    expect((await change("setCustomFields", input)).results).toMatchObject([
      { outcome: "SUBMITTED", request: { id: arrivedAs?.id } },
    ]);
    expect(posts().filter((line) => line.startsWith(`POST ${REQUESTS} `))).toEqual([`POST ${REQUESTS} ×1`]);
  });

  test("survives a restart in mid-write", async () => {
    await start();
    const first = await change("setCustomFields", { subscriptions: sims([0], site("A")), requestKey: "k" });
    await app.restart();
    expect((await change("setCustomFields", { subscriptions: sims([0], site("A")), requestKey: "k" })).results).toEqual(
      first.results,
    );
    expect(posts()).toEqual([`POST ${REQUESTS} ×1`]);
  });
});
