import { request as httpRequest } from "node:http";
import { describe, expect, test } from "vitest";
import { startWebhookApp } from "./app.ts";
import {
  alert,
  byToken,
  deliver,
  deliveryCounts,
  EITHER,
  refusals,
  SECRET,
  signed,
  STATE_CHANGED,
  TOKEN,
  warnings,
} from "../../support/kore/webhook-deliveries.ts";

test.each([900, 10_000])("A5.2 a webhook of %i events is accepted", async (count) => {
  const app = await startWebhookApp(EITHER);
  const event = {
    data: { "subscription-id": "cmp-k1-subscription-1000000001", "new-state": "Active", "old-state": "Stock" },
  };
  const body = alert({ events: Array.from({ length: count }, (_, id) => ({ id, ...event })) });
  expect(await deliver(app, body, signed(body))).toBe(200);
  expect(await deliveryCounts(app)).toEqual({ accepted: 1, [STATE_CHANGED]: count });
});

test("A5.2 a body of 2 MiB is accepted", async () => {
  const app = await startWebhookApp(EITHER);
  const shell = alert({ padding: "" });
  const body = shell.replace('"padding":""', `"padding":"${"x".repeat(2 * 1024 * 1024 - shell.length)}"`);
  expect(Buffer.byteLength(body)).toBe(2 * 1024 * 1024);
  expect(await deliver(app, body, byToken)).toBe(200);
});

describe("A5.3 a refusal is logged with its reason", () => {
  test.each<[string, string, string, (body: string) => Record<string, string>]>([
    [
      "a wrong signature",
      "neither signature nor access token is valid",
      alert(),
      () => ({ "kore-signature": "f".repeat(64) }),
    ],
    ["no JSON", "the body is not JSON", "{", () => byToken],
    ["another shape", "the body does not have the shape of a KORE alert", '{"events":[]}', signed],
    ["too much", "the body is larger than 4096 KiB", " ".repeat(4 * 1024 * 1024 + 1), () => byToken],
  ])("A5.3 %s", async (_, reason, body, headersFor) => {
    const app = await startWebhookApp(EITHER);
    expect(await deliver(app, body, headersFor(body))).toBeGreaterThanOrEqual(400);
    expect(refusals(app)).toMatchObject([{ reason }]);
    const log = JSON.stringify(app.logged());
    for (const hidden of [SECRET, TOKEN, "f".repeat(64), "sim-1"]) expect(log).not.toContain(hidden);
  });

  test("A5.3 which check was missing or wrong", async () => {
    const app = await startWebhookApp(EITHER);
    await deliver(app, alert(), { "x-rule-token": "guessed" });
    expect(refusals(app)).toMatchObject([{ signature: "missing", accessToken: "wrong" }]);
  });

  test("A5.3 a host name that is not KORE's", async () => {
    const app = await startWebhookApp(EITHER);
    const { port } = new URL(app.url);
    const headers = { host: `elsewhere.example:${port}`, ...byToken };
    const status = await new Promise((resolve) => {
      httpRequest(`${app.url}/webhooks/kore`, { method: "POST", headers }, (reply) => resolve(reply.statusCode)).end(
        "{}",
      );
    });
    expect(status).toBe(421);
    expect(refusals(app)).toMatchObject([{ status: 421, reason: "the host name is not that of the callback address" }]);
  });

  test("A5.3 many refusals of one kind are one line, and hide no other kind", async () => {
    const app = await startWebhookApp(EITHER);
    await Promise.all(Array.from({ length: 50 }, () => deliver(app, alert(), {})));
    await deliver(app, "{", byToken);
    expect(refusals(app).map(({ reason }) => reason)).toEqual([
      "neither signature nor access token is valid",
      "the body is not JSON",
    ]);
    expect(await deliveryCounts(app)).toMatchObject({ unsigned: 50 });
  });
});

describe("A5.4 fields of KORE's bodies", () => {
  test.each([1, "2", null, { major: 1 }])("A5.4 version-id %j is accepted", async (version) => {
    const app = await startWebhookApp(EITHER);
    const body = alert({ "version-id": version });
    expect(await deliver(app, body, signed(body))).toBe(200);
    const accepted = app.logged().filter(({ msg }) => msg === "webhook accepted");
    const shown = typeof version === "object" ? null : String(version);
    expect(accepted).toMatchObject([{ event: STATE_CHANGED, versionId: shown, events: 1 }]);
  });

  test.each(["connectivity.smsapi.mobileoriginated", "connectivity.smsapi.mobileterminated"])(
    "A5.4 %s is known: counted by name, without a warning or a request to KORE",
    async (event) => {
      const app = await startWebhookApp(EITHER);
      const body = alert({ "event-name": event, events: [{ id: 1 }, { id: 2 }] });
      expect(await deliver(app, body, byToken)).toBe(200);
      expect(await deliveryCounts(app)).toEqual({ accepted: 1, [event]: 2 });
      expect(warnings(app)).toEqual([]);
      expect(app.kore.requests()).toEqual([]);
    },
  );

  test("A5.4 an unknown event is accepted, counted as other, and logged by its name", async () => {
    const app = await startWebhookApp(EITHER);
    const event = "connectivity.device.abducted";
    expect(await deliver(app, alert({ "event-name": event }), byToken)).toBe(200);
    expect(await deliveryCounts(app)).toEqual({ accepted: 1, other: 1 });
    expect(warnings(app)).toMatchObject([{ event }]);
  });
});

test.each([
  ["the secret", SECRET],
  ["the access token", TOKEN],
  ["the access token without its scheme", TOKEN.replace("Bearer ", "")],
])("12.9.2 %s in a webhook is redacted in the log", async (_, secret) => {
  const app = await startWebhookApp({ ...EITHER, LOG_LEVEL: "trace" });
  const body = alert({ "event-name": `an event of ${secret}`, "version-id": secret });
  expect(await deliver(app, body, signed(body))).toBe(200);
  const lines = app.logged().filter(({ event }) => event !== undefined);
  expect(lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(lines)).not.toContain(secret);
});
