import { createHash } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { TRANSPORTS, arrived } from "../../support/live/callers.ts";

const SECRET = "secret-of-webhooks";
const CALLBACK = "https://graph.example/webhooks/kore";
/** About as many as one delivery can hold. */
const COUNT = 1200;

let app: TestApp;
afterEach(() => app.stop());

/** One delivery of KORE's with very many events. Each has an alert of its own, or would be dropped as a repeat. */
async function deliver(alert: number): Promise<number> {
  const events = Array.from({ length: COUNT }, (_, index) => ({
    data: { "subscription-id": `sim-${index}` },
  }));
  const name = "connectivity.subscription.state.changed";
  const body = JSON.stringify({ "alert-id": alert, "event-name": name, account: "acme", events });
  const signature = createHash("sha256").update(`${SECRET}POST${CALLBACK}${body}`).digest("hex");
  const headers = { "content-type": "application/json", "kore-signature": signature };
  return (await fetch(`${app.url}/webhooks/kore`, { method: "POST", headers, body })).status;
}

describe.each(TRANSPORTS)("a burst of webhooks, over $name", ({ call }) => {
  test("is delivered to subscribers that read, while one that loads much for each event ends as too slow", async () => {
    app = await startApp(
      { accounts: { acme: { sims: 5, states: "Stock" } } },
      { KORE_WEBHOOK_SECRETS: SECRET, KORE_WEBHOOK_URL: CALLBACK },
    );
    const field = (selection: string) => ({
      query: `subscription { subscriptionStateChanged(accountId: "acme") { ${selection} } }`,
    });
    const reader = call(app.url, field("subscriptionId"));
    const slow = call(app.url, field("subscription { iccid }"));
    // No message confirms a subscription: deliveries are sent until both receive one.
    let alert = 0;
    await vi.waitUntil(
      async () => {
        expect(await deliver((alert += 1))).toBe(200);
        return reader.results.length > 0 && slow.results.length > 0;
      },
      { timeout: 10_000, interval: 200 },
    );
    const last = await vi.waitUntil(
      () => slow.results.find(({ errors }) => errors?.[0]?.path === undefined && errors),
      {
        timeout: 60_000,
      },
    );
    expect(last.errors?.[0]?.extensions.code).toBe("SUBSCRIBER_TOO_SLOW");
    const heard = reader.results.length;
    await Promise.all([1, 2, 3, 4].map((more) => deliver(alert + more)));
    await arrived(reader, heard + 4 * COUNT);
    expect(reader.results.some(({ errors }) => errors)).toBe(false);
    expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
    slow.leave();
    reader.leave();
  }, 90_000);
});
