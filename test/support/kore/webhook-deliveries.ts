import { createHash } from "node:crypto";
import { type TestApp } from "../app.ts";

export const CALLBACK = "https://graph.example/webhooks/kore";
export const SECRET = "the-signing-secret";
export const TOKEN = "Bearer the-access-token";
export const STATE_CHANGED = "connectivity.subscription.state.changed";

/** Settings that open the receiver for signatures, for the rule's access token, and for either. */
export const SIGNED = { KORE_WEBHOOK_URL: CALLBACK, KORE_WEBHOOK_SECRETS: SECRET };
export const BY_TOKEN = {
  KORE_WEBHOOK_URL: CALLBACK,
  KORE_WEBHOOK_ACCESS_TOKEN_KEY: "X-Rule-Token",
  KORE_WEBHOOK_ACCESS_TOKENS: TOKEN,
};
export const EITHER = { ...SIGNED, ...BY_TOKEN };

let alerts = 0;
/** The body of a delivery, each with an alert id of its own. */
export const alert = (more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    "alert-id": (alerts += 1),
    "alert-message-date": new Date().toISOString(),
    "event-name": STATE_CHANGED,
    account: "acme",
    events: [{ id: 7, data: { "subscription-id": "sim-1", "new-state": "Active", "old-state": "Stock" } }],
    ...more,
  });

const signature = (body: string) => createHash("sha256").update(`${SECRET}POST${CALLBACK}${body}`).digest("hex");
/** Headers that prove a delivery. */
export const signed = (body: string) => ({ "kore-signature": signature(body) });
export const byToken = { "x-rule-token": TOKEN };

export async function deliver(app: TestApp, body: string, headers: Record<string, string>): Promise<number> {
  const reply = await fetch(`${app.url}/webhooks/kore`, { method: "POST", body, headers });
  await reply.arrayBuffer();
  return reply.status;
}

/** Counts of deliveries by result, and of events by name. */
export async function deliveryCounts(app: TestApp): Promise<Record<string, number>> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const found = text.matchAll(/^kore_graph_webhook_(?:deliveries|events)_total\{\w+="([^"]+)"\} (\d+)$/gm);
  return Object.fromEntries([...found].map(([, label = "", count]) => [label, Number(count)]));
}

/** The lines that the app has logged as warnings. */
export const warnings = (app: TestApp) => app.logged().filter(({ level }) => level === "warn");
export const refusals = (app: TestApp) => warnings(app).filter(({ msg }) => msg === "webhook refused");
