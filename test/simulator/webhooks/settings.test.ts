import { describe, expect, test } from "vitest";
import { startSimulator } from "../../../src/simulator/index.ts";
import { sign } from "../../../src/simulator/webhooks/sign.ts";
import { post, sims, startAcme } from "../support/acme.ts";
import { REQUEST, SECRET, control, receiveWebhooks, suspendOne } from "../support/webhook-receiver.ts";

describe("misbehaviour on demand", () => {
  test("copies are sent with one token and one body", async () => {
    const { url, received, changes } = await receiveWebhooks();
    await suspendOne({ webhook: { url, copies: 3 } });
    expect(changes().slice(0, 4)).toEqual([
      "submitted -> pending",
      "submitted -> pending",
      "submitted -> pending",
      "Active -> Suspend",
    ]);
    expect(new Set(received.slice(0, 3).map(({ text }) => text)).size).toBe(1);
    expect(new Set(received.map(({ headers }) => headers["kore-idempotency-token"])).size).toBe(3);
    expect(received).toHaveLength(9);
  });

  test("deliveries that are held back go out in reverse: so many at a time, or when they are let go", async () => {
    const { url, changes } = await receiveWebhooks();
    const { kore } = await suspendOne({ webhook: { url, hold: 2 } });
    expect(changes()).toEqual(["Active -> Suspend", "submitted -> pending"]);
    kore.webhooks.flush();
    await kore.webhooks.settled();
    expect(changes().slice(2)).toEqual(["pending -> completed"]);
    kore.webhooks.flush();
    await kore.webhooks.settled();
    expect(changes()).toHaveLength(3);
  });

  test("deliveries that are held back keep their address when it changes", async () => {
    const [first, second] = [await receiveWebhooks(), await receiveWebhooks()];
    const { kore } = await suspendOne({ webhook: { url: first.url, hold: 50 } });
    kore.webhooks.to({ url: second.url });
    await kore.webhooks.settled();
    expect([first.changes().length, second.changes().length]).toEqual([3, 0]);
  });
});

describe("where it is sent", () => {
  test.each([
    "https://127.0.0.1/hook",
    "http://192.168.0.1/hook",
    "http://graph.example/hook",
    "http://127.0.0.1.evil.example/hook",
    "http://localhost@evil.example/hook",
    "http://0.0.0.0/hook",
    "ftp://127.0.0.1/hook",
    "/hook",
    "",
  ])("not to %s: only to this machine, and nothing changes", async (url) => {
    const { kore } = await startAcme();
    expect(() => kore.webhooks.to({ url })).toThrow("a webhook goes to an http address of this machine");
    await expect(startSimulator({ webhook: { url } })).rejects.toThrow("an http address of this machine");
  });

  test.each(["http://localhost:4000/hook", "http://127.0.0.1/", "http://127.9.9.9:80", "http://[::1]:4000/a?b=c"])(
    "to %s",
    async (url) => {
      const { kore } = await startAcme();
      expect(() => kore.webhooks.to({ url })).not.toThrow();
    },
  );

  test("copies and holding have limits", async () => {
    const { kore } = await startAcme();
    const url = "http://127.0.0.1:1/";
    for (const copies of [0, 101, 1.5]) expect(() => kore.webhooks.to({ url, copies })).toThrow("copies must be");
    for (const hold of [-1, 10_001, 1.5]) expect(() => kore.webhooks.to({ url, hold })).toThrow("hold must be");
  });

  test("none once it is off, not even those that wait or are held back", async () => {
    const { url, received } = await receiveWebhooks(() => undefined);
    const { kore, caller, active } = await startAcme({ webhook: { url } });
    await post(caller, "suspend", sims(active[0]));
    kore.clock.advance(5_000);
    await expect.poll(() => received.length).toBe(1);
    kore.webhooks.off();
    await kore.webhooks.settled();
    await post(caller, "reactivate", sims(active[0]));
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(received).toHaveLength(1);
    expect(kore.webhooks.deliveries()).toEqual([]); // the one under way was cut off, and had no outcome
  });

  test("a reset clears sent and planned deliveries and misbehaviour, and keeps the address", async () => {
    const { url, changes, received } = await receiveWebhooks();
    const { kore, caller, active } = await suspendOne({ webhook: { url, secret: SECRET, copies: 2, hold: 4 } });
    await post(caller, "deactivate", sims(active[1]));
    kore.reset();
    kore.webhooks.flush();
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(kore.webhooks.deliveries()).toEqual([]);
    expect(received).toEqual([]);
    await post(caller, "suspend", sims(active[0]));
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(changes()).toEqual(["submitted -> pending", "Active -> Suspend", "pending -> completed"]);
    expect(received[0]?.headers["kore-signature"]).toBe(sign(SECRET, url, received[0]?.text ?? ""));
  });

  test("nowhere after a reset or a stop on a real clock: no timer is left", async () => {
    const { url, received } = await receiveWebhooks();
    const provisioning = { pendingAfterMs: 60, completedAfterMs: 80 };
    const { kore, caller, active } = await startAcme({ clock: "real", webhook: { url }, provisioning });
    await post(caller, "suspend", sims(active[0]));
    kore.reset();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(received).toEqual([]);
    await post(caller, "suspend", sims(active[0]));
    await kore.stop();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(received).toEqual([]);
  });

  test("as the controls say, which never show a secret", async () => {
    const { url, changes } = await receiveWebhooks();
    const { kore, caller, active } = await startAcme();
    expect((await control(caller, "GET", "")).body).toEqual({ to: null, deliveries: [] });
    const asked = await control(caller, "POST", "", { url, secret: SECRET, hold: 3, copies: 1 });
    expect([asked.status, asked.body]).toEqual([200, { to: { url, hold: 3, copies: 1, isSigned: true } }]);
    await post(caller, "suspend", sims(active[0]));
    await caller.call("POST", "/_simulator/clock", { advanceMs: 500 }, { outsideContract: true });
    expect((await control(caller, "POST", "/flush")).body).toEqual({ flushed: true });
    await kore.webhooks.settled();
    expect(changes()).toEqual(["submitted -> pending"]);
    const seen = await control(caller, "GET", "?last=1");
    expect(seen.body).toMatchObject({ to: { url, isSigned: true }, deliveries: [{ status: 200, eventName: REQUEST }] });
    expect(seen.text).not.toContain(SECRET);
    expect((await control(caller, "DELETE", "")).body).toEqual({ to: null });
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(changes()).toHaveLength(1);
  });

  test.each<[unknown, string]>([
    [{}, "url must be a text"],
    [{ url: "http://elsewhere.example/" }, "a webhook goes to an http address of this machine"],
    [{ url: "http://127.0.0.1/", copies: 0 }, "copies must be a whole number from 1 to 100"],
    [{ url: "http://127.0.0.1/", hold: "2" }, "hold must be a whole number"],
    [{ url: "http://127.0.0.1/", secret: "" }, "secret must be a text"],
    [{ url: "http://127.0.0.1/", sekret: "x" }, "unknown field sekret"],
  ])("not as %j says: the controls refuse it", async (body, message) => {
    const { caller } = await startAcme();
    const { status, body: answer } = await control(caller, "POST", "", body);
    expect([status, answer]).toEqual([400, { error: expect.stringContaining(message) as string }]);
    expect((await control(caller, "GET", "")).body).toMatchObject({ to: null });
  });
});
