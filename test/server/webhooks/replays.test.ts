import { describe, expect, test } from "vitest";
import { webhookDedupe } from "../../../src/server/webhooks/webhook-dedupe.ts";
import { MemoryStore } from "../../kore/provisioning/fakes.ts";
import { startWebhookApp } from "./app.ts";
import {
  alert,
  byToken,
  deliver,
  deliveryCounts,
  EITHER,
  refusals,
  signed,
  STATE_CHANGED,
  warnings,
} from "../../support/kore/webhook-deliveries.ts";

describe("A5.5 repetitions are recognised by verified content", () => {
  const proofs: [string, (body: string) => Record<string, string>][] = [
    ["its signature", signed],
    ["the access token", () => byToken],
  ];

  test.each(proofs)("A5.5 verified by %s: a changed or missing header does not make it new", async (_, headersFor) => {
    const app = await startWebhookApp(EITHER);
    const body = alert();
    for (const token of ["t-1", "t-2", "", "t".repeat(4_000)])
      expect(await deliver(app, body, { ...headersFor(body), "kore-idempotency-token": token })).toBe(200);
    expect(await deliver(app, body, headersFor(body))).toBe(200);
    expect(await deliveryCounts(app)).toEqual({ accepted: 1, repeated: 4, [STATE_CHANGED]: 1 });
  });

  test.each(proofs)("A5.5 verified by %s: a forged header does not drop another event", async (_, headersFor) => {
    const app = await startWebhookApp(EITHER);
    const [seen, genuine] = [alert(), alert()];
    const stolen = { "kore-idempotency-token": "the token of the genuine event" };
    expect(await deliver(app, seen, { ...headersFor(seen), ...stolen })).toBe(200);
    expect(await deliver(app, genuine, { ...headersFor(genuine), ...stolen })).toBe(200);
    expect(await deliveryCounts(app)).toEqual({ accepted: 2, [STATE_CHANGED]: 2 });
  });

  test("A5.5 white space, which the signature does not cover, does not make it new", async () => {
    const app = await startWebhookApp(EITHER);
    const body = alert();
    const spaced = JSON.stringify(JSON.parse(body), null, 2);
    for (const form of [body, spaced, `\n${body}\t `]) expect(await deliver(app, form, signed(body))).toBe(200);
    expect(await deliveryCounts(app)).toEqual({ accepted: 1, repeated: 2, [STATE_CHANGED]: 1 });
  });

  test("A5.5 another verification does not make it new, nor does a restart", async () => {
    const app = await startWebhookApp(EITHER);
    const body = alert();
    expect(await deliver(app, body, signed(body))).toBe(200);
    await app.restart();
    expect(await deliver(app, body, byToken)).toBe(200);
    expect(await deliveryCounts(app)).toEqual({ repeated: 1 });
  });

  test("A5.5 white space inside a string makes another event", async () => {
    const app = await startWebhookApp(EITHER);
    const body = alert({ "rule-name": "a b" });
    for (const form of [body, body.replace("a b", "a  b")]) expect(await deliver(app, form, byToken)).toBe(200);
    expect(await deliveryCounts(app)).toMatchObject({ accepted: 2 });
  });
});

const HOUR = 3_600_000;

describe("12.9 replays", () => {
  const dated = (hours: number) => alert({ "alert-message-date": new Date(Date.now() - hours * HOUR).toISOString() });
  const ages = { ...EITHER, KORE_WEBHOOK_MAX_AGE_HOURS: "72" };

  test.each([
    [71, 200],
    [73, 400],
    [24 * 400, 400],
    [-5, 200],
  ])("12.9 a signed webhook of %i hours ago is answered with %i", async (hours, status) => {
    const app = await startWebhookApp(ages);
    const body = dated(hours);
    expect(await deliver(app, body, signed(body))).toBe(status);
    expect(refusals(app)).toMatchObject(status === 200 ? [] : [{ reason: "its date is more than 72 hours ago" }]);
    expect(await deliveryCounts(app)).toMatchObject(status === 200 ? { accepted: 1 } : { "too old": 1 });
  });

  test("12.9 only the signed date counts: a later one breaks the signature, and a header is ignored", async () => {
    const app = await startWebhookApp(ages);
    const [old, young] = [dated(80), dated(0)];
    expect(await deliver(app, young, signed(old))).toBe(401);
    expect(await deliver(app, old, { ...signed(old), date: new Date().toUTCString() })).toBe(400);
  });

  test("12.9 the hours are configurable, and 0 accepts any age", async () => {
    let app = await startWebhookApp({ ...EITHER, KORE_WEBHOOK_MAX_AGE_HOURS: "1" });
    const body = dated(2);
    expect(await deliver(app, body, signed(body))).toBe(400);
    app = await startWebhookApp({ ...EITHER, KORE_WEBHOOK_MAX_AGE_HOURS: "0" });
    expect(await deliver(app, body, signed(body))).toBe(200);
  });

  test.each([undefined, null, "", "yesterday", 5, "2020-02-30T00:00:00Z", "0000", { year: 2020 }])(
    "12.9 the date %j cannot be read: accepted and logged",
    async (date) => {
      const app = await startWebhookApp(ages);
      const body = alert({ "alert-message-date": date });
      expect(await deliver(app, body, signed(body))).toBe(200);
      expect(warnings(app)).toMatchObject([
        { msg: "a webhook has no readable date: it is accepted, whatever its age" },
      ]);
    },
  );

  test.each(["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.000+02:00", "2020-01-01T00:00:00", "2020-01-01"])(
    "12.9 the date %s can be read",
    async (date) => {
      const app = await startWebhookApp(ages);
      const body = alert({ "alert-message-date": date });
      expect(await deliver(app, body, signed(body))).toBe(400);
    },
  );

  test("12.9 tokens are kept until their webhook is refused by its date, however short the retention", async () => {
    const store = new MemoryStore();
    await store.commit({
      set: [
        ["webhook/young", Date.now() - 72 * HOUR],
        ["webhook/old", Date.now() - 97 * HOUR],
      ],
    });
    await webhookDedupe(store, 72 * HOUR).prune(Date.now() - 24 * HOUR);
    expect(store.keys()).toEqual(["webhook/young"]);
  });
});
