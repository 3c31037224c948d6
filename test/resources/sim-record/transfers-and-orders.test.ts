import { beforeEach, describe, expect, test } from "vitest";
import { app, start, at, sims, posts, change, site, transfer, REQUESTS, LONG, UNFINISHED } from "./fixtures.ts";

describe("A transfer and other orders for a SIM exclude each other", () => {
  const activate = () =>
    app.graph.query<{ activateSubscriptions: { results: { outcome: string; reason: string | null }[] } }>(
      `mutation ($iccid: ICCID!) { activateSubscriptions(input: { accountId: "acme", activationState: ACTIVE, subscriptions: [{ iccid: $iccid }] }) { results { outcome reason } } }`,
      { iccid: at(0) },
    );
  beforeEach(() => start({ provisioning: UNFINISHED }));

  test("an order or a change of the record that KORE has not finished refuses the transfer", async () => {
    await activate();
    await change("setCustomFields", { subscriptions: sims([1], site("A")) });
    const input = { ...transfer, subscriptions: sims([0, 1, 2]), confirm: 3 };
    const refused = { outcome: "REJECTED", reason: "ORDER_IN_PROGRESS" };
    const { results } = await change("transferSubscriptions", input);
    expect(results).toMatchObject([refused, refused, { outcome: "SUBMITTED" }]);
    app.kore.clock.advance(LONG);
    const again = await change("transferSubscriptions", { ...input, subscriptions: sims([1]), confirm: 1 });
    expect(again.counts).toMatchObject({ submitted: 1 });
  });

  test("a transfer that KORE has not finished refuses orders, and another one of the SIM joins it", async () => {
    const input = { ...transfer, subscriptions: sims([0]), confirm: 1, requestKey: "a" };
    const [first] = (await change("transferSubscriptions", input)).results;
    expect((await activate()).data?.activateSubscriptions.results).toEqual([
      { outcome: "REJECTED", reason: "ORDER_IN_PROGRESS" },
    ]);
    const { results } = await change("setCustomFields", { subscriptions: sims([0], site("A")) });
    expect(results).toMatchObject([{ outcome: "REJECTED", reason: "ORDER_IN_PROGRESS", field: "subscriptions[0]" }]);
    const [joined] = (await change("transferSubscriptions", { ...input, requestKey: "b" })).results;
    expect(joined).toEqual(first);
    expect(posts()).toEqual([`POST ${REQUESTS}/sim-transfer ×1`]);
  });
});
