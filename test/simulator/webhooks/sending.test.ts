import { createHash } from "node:crypto";
import { type ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { post as send } from "../../../src/simulator/webhooks/post.ts";
import { sign } from "../../../src/simulator/webhooks/sign.ts";
import { post, sims, startAcme } from "../support/acme.ts";
import { SECRET, receiveWebhooks, status, suspendOne } from "../support/webhook-receiver.ts";

describe("how it is sent", () => {
  test("with KORE's headers, a token of its own each, and the signature over the address without its query", async () => {
    const { url, received } = await receiveWebhooks();
    const callbackUrl = "https://graph.example/hook?tenant=7#part";
    const { kore } = await suspendOne({ webhook: { url, secret: SECRET, callbackUrl } });
    expect(received).toHaveLength(3);
    for (const { method, headers, text } of received) {
      const signed = createHash("sha256").update(`${SECRET}POSThttps://graph.example/hook${text}`).digest("hex");
      expect([method, headers["kore-signature"]]).toEqual(["POST", signed]);
      expect(headers["user-agent"]).toBe("KoreProxy/1.1");
      expect(headers.date).toBe("Wed, 15 Jan 2025 09:00:05 GMT");
      expect(headers["content-type"]).toBe("application/json");
      expect(text).toBe(JSON.stringify(JSON.parse(text)));
    }
    const tokens = received.map(({ headers }) => headers["kore-idempotency-token"]);
    expect(new Set(tokens).size).toBe(3);
    expect(kore.webhooks.deliveries().map(({ token, status, attempt }) => [token, status, attempt])).toEqual(
      tokens.map((token) => [token, 200, 1]),
    );
  });

  test("KORE's published example of a signature holds", () => {
    expect(sign("12345", "https://testendpoint.com", "field1=value1&field2=value2")).toBe(
      "f562d3959f68b5a30fc7a63f8bbf40987f633575f4231ffceb4f76dd154ea3ce",
    );
  });

  test("with an empty signature where there is no secret, and another one where a wrong secret is asked for", async () => {
    const { url, received } = await receiveWebhooks();
    await suspendOne({ webhook: { url } });
    expect(new Set(received.map(({ headers }) => headers["kore-signature"]))).toEqual(new Set([""]));
    await suspendOne({ webhook: { url, secret: SECRET, signWith: "wrong" } });
    expect(received[3]?.headers["kore-signature"]).toBe(sign("wrong", url, received[3]?.text ?? ""));
  });

  test.each([408, 423, 500, 503])("once more with the same token after a %i, and then no more", async (code) => {
    const { url, received } = await receiveWebhooks(status(code));
    const { kore } = await suspendOne({ webhook: { url } });
    const tokens = received.map(({ headers }) => headers["kore-idempotency-token"]);
    expect(tokens).toHaveLength(6);
    expect(tokens[0]).toBe(tokens[1]);
    expect(received[0]?.text).toBe(received[1]?.text);
    expect(new Set(tokens).size).toBe(3);
    expect(kore.webhooks.deliveries().map(({ attempt, status }) => [attempt, status])).toEqual(
      [1, 2, 1, 2, 1, 2].map((attempt) => [attempt, code]),
    );
  });

  test.each([200, 204, 302, 400, 401, 404, 429])("once only after a %i", async (code) => {
    const { url, received } = await receiveWebhooks(status(code));
    await suspendOne({ webhook: { url } });
    expect(received).toHaveLength(3);
  });

  test("one after the other, in the order of the events, however slow the listener", async () => {
    let open = 0;
    let most = 0;
    const { url, changes } = await receiveWebhooks((reply) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        reply.end();
      }, 30);
    });
    await suspendOne({ webhook: { url } });
    expect(most).toBe(1);
    expect(changes()).toEqual(["submitted -> pending", "Active -> Suspend", "pending -> completed"]);
  });

  test("a listener that is not there, or hangs up, is noted and not asked again", async () => {
    const gone = await receiveWebhooks((reply) => reply.destroy());
    const { kore, caller, active } = await suspendOne({ webhook: { url: gone.url } });
    gone.close();
    await post(caller, "reactivate", sims(active[0]));
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    const seen = kore.webhooks.deliveries().map(({ attempt, status, error }) => ({ attempt, status, error }));
    expect(seen).toHaveLength(6);
    expect(seen[0]).toEqual({ attempt: 1, status: null, error: "socket hang up" });
    expect(seen[3]).toMatchObject({
      attempt: 1,
      status: null,
      error: expect.stringContaining("ECONNREFUSED") as string,
    });
  });

  test("waiting ends when no answer comes, also when it stops half-way", async () => {
    const { signal } = new AbortController();
    const limits = { connectMs: 1_000, totalMs: 60 };
    for (const answer of [() => undefined, (reply: ServerResponse) => void reply.writeHead(200).write("half")]) {
      const { url } = await receiveWebhooks(answer);
      expect(await send({ url, headers: {}, body: "{}", signal, limits })).toEqual({ error: "no answer within 60 ms" });
    }
  });

  test("no more than 20,000 wait: the rest is noted as never sent", async () => {
    const { url, received } = await receiveWebhooks(() => undefined);
    const { kore, caller } = await startAcme({
      accounts: { acme: { sims: 20_100, states: "Active" } },
      webhook: { url },
    });
    await post(caller, "suspend", sims(...kore.iccids("acme")));
    kore.clock.advance(5_000);
    await expect.poll(() => received.length).toBe(1);
    const unsent = kore.webhooks.deliveries();
    expect(unsent.length).toBeGreaterThan(90);
    expect(new Set(unsent.map(({ attempt }) => attempt))).toEqual(new Set([0]));
    kore.webhooks.off();
    await kore.webhooks.settled();
    expect(received).toHaveLength(1);
  });
});
