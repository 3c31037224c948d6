import { describe, expect, test } from "vitest";
import { post, sims, startAcme } from "../support/acme.ts";
import { REQUEST, STATE, receiveWebhooks } from "../support/webhook-receiver.ts";

describe("the deliveries", () => {
  test("each change of a SIM's state and of a request's status, as the clock brings it about", async () => {
    const { url, received, changes } = await receiveWebhooks();
    const { kore, caller, active } = await startAcme({ webhook: { url } });
    const id = await post(caller, "suspend", sims(active[0], active[1]));
    await kore.webhooks.settled();
    expect(received).toEqual([]); // submitted is where it begins, which is no change
    kore.clock.advance(500);
    await kore.webhooks.settled();
    expect(changes()).toEqual(["submitted -> pending"]);
    kore.clock.advance(2_000);
    await kore.webhooks.settled();
    expect(changes().slice(1)).toEqual(["Active -> Suspend", "Active -> Suspend", "pending -> completed"]);
    expect(received[1]?.body).toEqual({
      "alert-id": expect.any(Number) as number,
      "alert-message-date": "2025-01-15T09:00:02Z", // when it was due, not when it was settled
      "rule-id": expect.any(Number) as number,
      "rule-name": "SIM state changed",
      "version-id": 1,
      "event-name": STATE,
      account: "acme",
      events: [
        {
          id: expect.any(Number) as number,
          data: {
            "subscription-id": kore.sim("acme", active[0] ?? "")?.subscriptionId,
            "new-state": "Suspend",
            "old-state": "Active",
            "exact-date-time": "2025-01-15T09:00:02Z",
          },
        },
      ],
    });
    expect(received[3]?.body).toMatchObject({
      "event-name": REQUEST,
      account: "acme",
      events: [
        {
          data: {
            "provisioning-request-id": id,
            "new-status": "completed",
            "old-status": "pending",
            "exact-date-time": "2025-01-15T09:00:02Z",
          },
        },
      ],
    });
  });

  test("a request that fails to be created, and the scrapping a day after a termination", async () => {
    const { url, changes } = await receiveWebhooks();
    const { kore, caller, active, stock } = await startAcme({ webhook: { url } });
    const activation = { "activation-state": "active", "activation-profile-id": "none", ...sims(stock[0]) };
    await post(caller, "activate", activation);
    kore.clock.advance(5_000);
    await post(caller, "terminate", sims(active[0]));
    kore.clock.advance(86_400_000 + 2_000);
    await kore.webhooks.settled();
    expect(changes()).toEqual([
      "submitted -> failed",
      "submitted -> pending",
      "Active -> Pending Scrap",
      "pending -> completed",
      "Pending Scrap -> Scrapped",
    ]);
  });

  test("nothing of a SIM whose state stays, because it failed or because the action changes something else", async () => {
    const { url, received } = await receiveWebhooks();
    const { kore, caller, active, stock } = await startAcme({ webhook: { url } });
    await post(caller, "suspend", sims(stock[0], "89000"));
    await post(caller, "plan-feature-change", {
      "activation-profile-id": "cmp-prov-ap-12548",
      ...sims(active[0]),
    });
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(new Set(received.map(({ body }) => body["event-name"]))).toEqual(new Set([REQUEST]));
  });

  test("on a real clock at the time of the change, without a request, and one delay after the other", async () => {
    const { url, changes } = await receiveWebhooks();
    const { caller, active } = await startAcme({
      clock: "real",
      webhook: { url },
      provisioning: { pendingAfterMs: 60, completedAfterMs: 150, scrappedAfterMs: 100 },
    });
    await post(caller, "terminate", sims(active[0]));
    const begun = performance.now();
    expect(changes()).toEqual([]);
    await expect.poll(changes, { interval: 5 }).toContain("Pending Scrap -> Scrapped");
    expect(performance.now() - begun).toBeGreaterThan(200);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(changes()).toHaveLength(4);
  });

  test("changes before the address was set are not sent", async () => {
    const { url, changes } = await receiveWebhooks();
    const { kore, caller, active } = await startAcme();
    await post(caller, "suspend", sims(active[0]));
    kore.clock.advance(500);
    kore.webhooks.to({ url });
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(changes()).toEqual(["Active -> Suspend", "pending -> completed"]);
  });

  test("nor are changes that no request has settled since", async () => {
    const { url, changes } = await receiveWebhooks();
    const provisioning = { pendingAfterMs: 5, completedAfterMs: 10, scrappedAfterMs: 100 };
    const { kore, caller, active } = await startAcme({ clock: "real", provisioning });
    await post(caller, "terminate", sims(active[0]));
    await new Promise((resolve) => setTimeout(resolve, 40));
    kore.webhooks.to({ url });
    await expect.poll(changes).toEqual(["Pending Scrap -> Scrapped"]);
  });

  test("with delays of zero they are sent right after the reply", async () => {
    const { url, changes } = await receiveWebhooks();
    const { kore, caller, active } = await startAcme({
      webhook: { url },
      provisioning: { pendingAfterMs: 0, completedAfterMs: 0 },
    });
    await post(caller, "suspend", sims(active[0]));
    await kore.webhooks.settled();
    expect(changes()).toEqual(["submitted -> pending", "Active -> Suspend", "pending -> completed"]);
  });
});
