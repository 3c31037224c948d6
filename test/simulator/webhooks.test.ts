import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { startSimulator } from "../../src/simulator/index.ts";
import { post as send } from "../../src/simulator/webhooks/post.ts";
import { sign } from "../../src/simulator/webhooks/sign.ts";
import { post, sims, startAcme } from "./support/acme.ts";
import { type Caller } from "./support/harness.ts";

interface Got {
  readonly method: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  readonly body: {
    readonly "event-name": string;
    readonly account: string;
    readonly "alert-message-date": string;
    readonly events: readonly { readonly id: number; readonly data: Readonly<Record<string, string>> }[];
  };
}

interface Listener {
  readonly url: string;
  readonly got: Got[];
  /** Each delivery in short: what became what. */
  readonly told: () => string[];
}

const STATE = "connectivity.subscription.state.changed";
const REQUEST = "connectivity.provisioning.request.status.changed";
const SECRET = "whs-secret";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Someone who listens for webhooks, and answers 200 unless told otherwise. */
async function listen(
  answer: (reply: ServerResponse, nth: number) => void = (reply) => reply.end(),
): Promise<Listener> {
  const got: Got[] = [];
  const server = createServer((request, reply) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      got.push({ method: request.method, headers: request.headers, text, body: JSON.parse(text) as Got["body"] });
      answer(reply, got.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    got,
    told: () =>
      got.map(({ body }) => {
        const data = body.events[0]?.data ?? {};
        return `${data["old-state"] ?? data["old-status"] ?? "?"} -> ${data["new-state"] ?? data["new-status"] ?? "?"}`;
      }),
  };
}

const status = (code: number) => (reply: ServerResponse) => reply.writeHead(code).end();
const control = (caller: Caller, method: string, path: string, body?: unknown) =>
  caller.call(method, `/_simulator/webhooks${path}`, body, { outsideContract: true });

describe("what is told", () => {
  test("each change of a SIM's state and of a request's status, as the clock brings it about", async () => {
    const { url, got, told } = await listen();
    const { kore, caller, active } = await startAcme({ webhook: { url } });
    const id = await post(caller, "suspend", sims(active[0], active[1]));
    await kore.webhooks.settled();
    expect(got).toEqual([]); // submitted is where it begins, which is no change
    kore.clock.advance(500);
    await kore.webhooks.settled();
    expect(told()).toEqual(["submitted -> pending"]);
    kore.clock.advance(2_000);
    await kore.webhooks.settled();
    expect(told().slice(1)).toEqual(["Active -> Suspend", "Active -> Suspend", "pending -> completed"]);
    expect(got[1]?.body).toEqual({
      "alert-id": expect.any(Number) as number,
      "alert-message-date": "2025-01-15T09:00:02Z", // when it was due, not when somebody looked
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
    expect(got[3]?.body).toMatchObject({
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
    const { url, told } = await listen();
    const { kore, caller, active, stock } = await startAcme({ webhook: { url } });
    const activation = { "activation-state": "active", "activation-profile-id": "none", ...sims(stock[0]) };
    await post(caller, "activate", activation);
    kore.clock.advance(5_000);
    await post(caller, "terminate", sims(active[0]));
    kore.clock.advance(86_400_000 + 2_000);
    await kore.webhooks.settled();
    expect(told()).toEqual([
      "submitted -> failed",
      "submitted -> pending",
      "Active -> Pending Scrap",
      "pending -> completed",
      "Pending Scrap -> Scrapped",
    ]);
  });

  test("nothing of a SIM whose state stays, because it failed or because the action changes something else", async () => {
    const { url, got } = await listen();
    const { kore, caller, active, stock } = await startAcme({ webhook: { url } });
    await post(caller, "suspend", sims(stock[0], "89000"));
    await post(caller, "plan-feature-change", {
      "activation-profile-id": "cmp-prov-ap-12548",
      ...sims(active[0]),
    });
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(new Set(got.map(({ body }) => body["event-name"]))).toEqual(new Set([REQUEST]));
  });

  test("on a real clock at the time of the change, though nobody asks, and one delay after the other", async () => {
    const { url, told } = await listen();
    const { caller, active } = await startAcme({
      clock: "real",
      webhook: { url },
      provisioning: { pendingAfterMs: 60, completedAfterMs: 150, scrappedAfterMs: 100 },
    });
    await post(caller, "terminate", sims(active[0]));
    const begun = performance.now();
    expect(told()).toEqual([]);
    await expect.poll(told, { interval: 5 }).toContain("Pending Scrap -> Scrapped");
    expect(performance.now() - begun).toBeGreaterThan(200);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(told()).toHaveLength(4);
  });

  test("what happened before somebody listened is not told", async () => {
    const { url, told } = await listen();
    const { kore, caller, active } = await startAcme();
    await post(caller, "suspend", sims(active[0]));
    kore.clock.advance(500);
    kore.webhooks.to({ url });
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(told()).toEqual(["Active -> Suspend", "pending -> completed"]);
  });

  test("nor is what nobody has looked at since", async () => {
    const { url, told } = await listen();
    const provisioning = { pendingAfterMs: 5, completedAfterMs: 10, scrappedAfterMs: 100 };
    const { kore, caller, active } = await startAcme({ clock: "real", provisioning });
    await post(caller, "terminate", sims(active[0]));
    await new Promise((resolve) => setTimeout(resolve, 40));
    kore.webhooks.to({ url });
    await expect.poll(told).toEqual(["Pending Scrap -> Scrapped"]);
  });

  test("with delays of zero it is told right after the reply", async () => {
    const { url, told } = await listen();
    const { kore, caller, active } = await startAcme({
      webhook: { url },
      provisioning: { pendingAfterMs: 0, completedAfterMs: 0 },
    });
    await post(caller, "suspend", sims(active[0]));
    await kore.webhooks.settled();
    expect(told()).toEqual(["submitted -> pending", "Active -> Suspend", "pending -> completed"]);
  });
});

/** One request carried out: three deliveries. */
async function suspendOne(options: Parameters<typeof startAcme>[0] = {}) {
  const { kore, caller, active } = await startAcme(options);
  await post(caller, "suspend", sims(active[0]));
  kore.clock.advance(5_000);
  await kore.webhooks.settled();
  return { kore, caller, active };
}

describe("how it is sent", () => {
  test("with KORE's headers, a token of its own each, and the signature over the address without its query", async () => {
    const { url, got } = await listen();
    const callbackUrl = "https://graph.example/hook?tenant=7#part";
    const { kore } = await suspendOne({ webhook: { url, secret: SECRET, callbackUrl } });
    expect(got).toHaveLength(3);
    for (const { method, headers, text } of got) {
      const signed = createHash("sha256").update(`${SECRET}POSThttps://graph.example/hook${text}`).digest("hex");
      expect([method, headers["kore-signature"]]).toEqual(["POST", signed]);
      expect(headers["user-agent"]).toBe("KoreProxy/1.1");
      expect(headers.date).toBe("Wed, 15 Jan 2025 09:00:05 GMT");
      expect(headers["content-type"]).toBe("application/json");
      expect(text).toBe(JSON.stringify(JSON.parse(text)));
    }
    const tokens = got.map(({ headers }) => headers["kore-idempotency-token"]);
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
    const { url, got } = await listen();
    await suspendOne({ webhook: { url } });
    expect(new Set(got.map(({ headers }) => headers["kore-signature"]))).toEqual(new Set([""]));
    await suspendOne({ webhook: { url, secret: SECRET, signWith: "wrong" } });
    expect(got[3]?.headers["kore-signature"]).toBe(sign("wrong", url, got[3]?.text ?? ""));
  });

  test.each([408, 423, 500, 503])("once more with the same token after a %i, and then no more", async (code) => {
    const { url, got } = await listen(status(code));
    const { kore } = await suspendOne({ webhook: { url } });
    const tokens = got.map(({ headers }) => headers["kore-idempotency-token"]);
    expect(tokens).toHaveLength(6);
    expect(tokens[0]).toBe(tokens[1]);
    expect(got[0]?.text).toBe(got[1]?.text);
    expect(new Set(tokens).size).toBe(3);
    expect(kore.webhooks.deliveries().map(({ attempt, status }) => [attempt, status])).toEqual(
      [1, 2, 1, 2, 1, 2].map((attempt) => [attempt, code]),
    );
  });

  test.each([200, 204, 302, 400, 401, 404, 429])("once only after a %i", async (code) => {
    const { url, got } = await listen(status(code));
    await suspendOne({ webhook: { url } });
    expect(got).toHaveLength(3);
  });

  test("one after the other, in the order of the events, however slow the listener", async () => {
    let open = 0;
    let most = 0;
    const { url, told } = await listen((reply) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        reply.end();
      }, 30);
    });
    await suspendOne({ webhook: { url } });
    expect(most).toBe(1);
    expect(told()).toEqual(["submitted -> pending", "Active -> Suspend", "pending -> completed"]);
  });

  test("a listener that is not there, or hangs up, is noted and not asked again", async () => {
    const gone = await listen((reply) => reply.destroy());
    const { kore, caller, active } = await suspendOne({ webhook: { url: gone.url } });
    for (const close of closing.splice(0)) close();
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
      const { url } = await listen(answer);
      expect(await send({ url, headers: {}, body: "{}", signal, limits })).toEqual({ error: "no answer within 60 ms" });
    }
  });

  test("no more than 20,000 wait: the rest is noted as never sent", async () => {
    const { url, got } = await listen(() => undefined);
    const { kore, caller } = await startAcme({
      accounts: { acme: { sims: 20_100, states: "Active" } },
      webhook: { url },
    });
    await post(caller, "suspend", sims(...kore.iccids("acme")));
    kore.clock.advance(5_000);
    await expect.poll(() => got.length).toBe(1);
    const unsent = kore.webhooks.deliveries();
    expect(unsent.length).toBeGreaterThan(90);
    expect(new Set(unsent.map(({ attempt }) => attempt))).toEqual(new Set([0]));
    kore.webhooks.off();
    await kore.webhooks.settled();
    expect(got).toHaveLength(1);
  });
});

describe("misbehaviour on demand", () => {
  test("copies are sent with one token and one body", async () => {
    const { url, got, told } = await listen();
    await suspendOne({ webhook: { url, copies: 3 } });
    expect(told().slice(0, 4)).toEqual([
      "submitted -> pending",
      "submitted -> pending",
      "submitted -> pending",
      "Active -> Suspend",
    ]);
    expect(new Set(got.slice(0, 3).map(({ text }) => text)).size).toBe(1);
    expect(new Set(got.map(({ headers }) => headers["kore-idempotency-token"])).size).toBe(3);
    expect(got).toHaveLength(9);
  });

  test("deliveries that are held back go out in reverse: so many at a time, or when they are let go", async () => {
    const { url, told } = await listen();
    const { kore } = await suspendOne({ webhook: { url, hold: 2 } });
    expect(told()).toEqual(["Active -> Suspend", "submitted -> pending"]);
    kore.webhooks.flush();
    await kore.webhooks.settled();
    expect(told().slice(2)).toEqual(["pending -> completed"]);
    kore.webhooks.flush();
    await kore.webhooks.settled();
    expect(told()).toHaveLength(3);
  });

  test("whoever listens elsewhere from now on, or decently, gets what was held back for the first address there", async () => {
    const [first, second] = [await listen(), await listen()];
    const { kore } = await suspendOne({ webhook: { url: first.url, hold: 50 } });
    kore.webhooks.to({ url: second.url });
    await kore.webhooks.settled();
    expect([first.told().length, second.told().length]).toEqual([3, 0]);
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

  test("nowhere any more once it is off, not even what was waiting or held back", async () => {
    const { url, got } = await listen(() => undefined);
    const { kore, caller, active } = await startAcme({ webhook: { url } });
    await post(caller, "suspend", sims(active[0]));
    kore.clock.advance(5_000);
    await expect.poll(() => got.length).toBe(1);
    kore.webhooks.off();
    await kore.webhooks.settled();
    await post(caller, "reactivate", sims(active[0]));
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(got).toHaveLength(1);
    expect(kore.webhooks.deliveries()).toEqual([]); // the one under way was cut off, and had no outcome
  });

  test("a reset forgets what was sent, is planned or misbehaves, and keeps the address", async () => {
    const { url, told, got } = await listen();
    const { kore, caller, active } = await suspendOne({ webhook: { url, secret: SECRET, copies: 2, hold: 4 } });
    await post(caller, "deactivate", sims(active[1]));
    kore.reset();
    kore.webhooks.flush();
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(kore.webhooks.deliveries()).toEqual([]);
    expect(got).toEqual([]);
    await post(caller, "suspend", sims(active[0]));
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(told()).toEqual(["submitted -> pending", "Active -> Suspend", "pending -> completed"]);
    expect(got[0]?.headers["kore-signature"]).toBe(sign(SECRET, url, got[0]?.text ?? ""));
  });

  test("nowhere after a reset or a stop on a real clock: no timer is left", async () => {
    const { url, got } = await listen();
    const provisioning = { pendingAfterMs: 60, completedAfterMs: 80 };
    const { kore, caller, active } = await startAcme({ clock: "real", webhook: { url }, provisioning });
    await post(caller, "suspend", sims(active[0]));
    kore.reset();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(got).toEqual([]);
    await post(caller, "suspend", sims(active[0]));
    await kore.stop();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(got).toEqual([]);
  });

  test("as the controls say, which never show a secret", async () => {
    const { url, told } = await listen();
    const { kore, caller, active } = await startAcme();
    expect((await control(caller, "GET", "")).body).toEqual({ to: null, deliveries: [] });
    const asked = await control(caller, "POST", "", { url, secret: SECRET, hold: 3, copies: 1 });
    expect([asked.status, asked.body]).toEqual([200, { to: { url, hold: 3, copies: 1, isSigned: true } }]);
    await post(caller, "suspend", sims(active[0]));
    await caller.call("POST", "/_simulator/clock", { advanceMs: 500 }, { outsideContract: true });
    expect((await control(caller, "POST", "/flush")).body).toEqual({ flushed: true });
    await kore.webhooks.settled();
    expect(told()).toEqual(["submitted -> pending"]);
    const seen = await control(caller, "GET", "?last=1");
    expect(seen.body).toMatchObject({ to: { url, isSigned: true }, deliveries: [{ status: 200, eventName: REQUEST }] });
    expect(seen.text).not.toContain(SECRET);
    expect((await control(caller, "DELETE", "")).body).toEqual({ to: null });
    kore.clock.advance(5_000);
    await kore.webhooks.settled();
    expect(told()).toHaveLength(1);
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
