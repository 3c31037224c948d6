import { createHash } from "node:crypto";
import { request as httpRequest, type ServerResponse } from "node:http";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, describe, expect, test } from "vitest";
import { createLog } from "../../../src/server/logging/log.ts";
import { type KoreWebhook, type WebhookOptions, webhookReceiver } from "../../../src/server/webhooks/index.ts";
import { signatureCheck } from "../../../src/server/webhooks/signature.ts";
import { startWithCaller } from "../../simulator/support/harness.ts";

const SECRET = "the-current-secret";
const CALLBACK = "https://graph.example/webhooks/kore";

const ALERT = {
  "alert-id": 881,
  "alert-message-date": "2025-01-15T09:00:02Z",
  "rule-id": 31,
  "rule-name": "SIM state changed",
  "event-name": "connectivity.subscription.state.changed",
  account: "cmp-pp-org-310",
  events: [
    {
      id: 7,
      data: {
        "subscription-id": "cmp-k1-subscription-1000000001",
        "new-state": "Suspend",
        "old-state": "Active",
        "exact-date-time": "2025-01-15T09:00:02Z",
      },
    },
  ],
};
const BODY = JSON.stringify(ALERT);
const READ: KoreWebhook = {
  eventName: "connectivity.subscription.state.changed",
  accountId: "cmp-pp-org-310",
  events: [{ id: "7", data: ALERT.events[0]?.data ?? {} }],
};

const sign = (body: string | Uint8Array, secret = SECRET, address = CALLBACK) =>
  createHash("sha256").update(`${secret}POST${address}`).update(body).digest("hex");

interface Receiver {
  url: string;
  delivered: KoreWebhook[];
  /** Everything remembered, in order. */
  remembered: string[];
  logged: () => string;
  http: FastifyInstance;
  /** Sends a body, well signed unless told otherwise. */
  send: (body?: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>) => Promise<Response>;
}

const running: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((http) => http.close()));
});

/** The receiver in a server that does what the real one does around it: refuses host names and has words for errors. */
async function start(
  options: Partial<WebhookOptions> = {},
  onReply: (raw: ServerResponse) => void = () => undefined,
): Promise<Receiver> {
  const http = Fastify({ bodyLimit: 512 * 1024 });
  running.push(http);
  http.addHook("onRequest", async (request, reply) => {
    onReply(reply.raw);
    if (request.hostname !== "127.0.0.1") await reply.code(421).send({ errors: [] });
  });
  http.setErrorHandler((_error, _request, reply) => reply.code(500).send("not the receiver's"));
  http.post("/graphql", (request) => ({ got: request.body }));
  const lines: string[] = [];
  const delivered: KoreWebhook[] = [];
  const remembered: string[] = [];
  webhookReceiver(http, {
    secrets: [SECRET],
    callbackUrl: CALLBACK,
    remember: (token) => {
      const isNew = !remembered.includes(token);
      if (isNew) remembered.push(token);
      return Promise.resolve(isNew);
    },
    onWebhook: (delivery) => void delivered.push(delivery),
    log: createLog("trace", { write: (line) => void lines.push(line) }),
    ...options,
  });
  const url = await http.listen({ host: "127.0.0.1", port: 0 });
  return {
    url,
    delivered,
    remembered,
    http,
    logged: () => lines.join(""),
    send: (body = BODY, headers = {}) =>
      fetch(`${url}/webhooks/kore`, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json",
          "kore-signature": sign(body),
          "kore-idempotency-token": "token-1",
          ...headers,
        },
      }),
  };
}

const outcome = async (reply: Response): Promise<unknown[]> => [reply.status, (await reply.json()) as unknown];
const RECEIVED = [200, { status: "received" }];
const REFUSED = [401, { status: "unauthorized" }];
const BAD = [400, { status: "bad request" }];

describe("the signature", () => {
  test("KORE's published example holds", () => {
    const body = Buffer.from("field1=value1&field2=value2");
    const published = "f562d3959f68b5a30fc7a63f8bbf40987f633575f4231ffceb4f76dd154ea3ce";
    expect(signatureCheck(["12345"], "https://testendpoint.com")(body, published)).toBe(true);
    expect(signatureCheck(["12345"], "https://testendpoint.com?tenant=7#part")(body, published)).toBe(true);
    expect(signatureCheck(["12346"], "https://testendpoint.com")(body, published)).toBe(false);
    expect(signatureCheck(["12345"], "https://testendpoint.com/")(body, published)).toBe(false);
    expect(signatureCheck(["12345"], "https://testendpoint.com")(Buffer.from("field1=value1"), published)).toBe(false);
  });

  test("a delivery that is well signed is received and passed on in our words", async () => {
    const { send, delivered } = await start();
    expect(await outcome(await send())).toEqual(RECEIVED);
    await expect.poll(() => delivered).toEqual([READ]);
  });

  test.each<[string, Record<string, string>]>([
    ["an empty one", { "kore-signature": "" }],
    ["another secret's", { "kore-signature": sign(BODY, "somebody-else") }],
    ["an empty secret's", { "kore-signature": sign(BODY, "") }],
    ["another address's", { "kore-signature": sign(BODY, SECRET, "https://elsewhere.example/webhooks/kore") }],
    ["another body's", { "kore-signature": sign(`${BODY} `.replace("881", "882")) }],
    ["half of it", { "kore-signature": sign(BODY).slice(0, 32) }],
    ["something that is not hex", { "kore-signature": "z".repeat(64) }],
    ["nothing but zeros", { "kore-signature": "0".repeat(64) }],
    ["two of them", { "kore-signature": `${sign(BODY)}, ${sign(BODY)}` }],
  ])("%s is refused without a word on why, and nothing is remembered or done", async (_, headers) => {
    const { send, delivered, remembered } = await start();
    expect(await outcome(await send(BODY, headers))).toEqual(REFUSED);
    expect([delivered, remembered]).toEqual([[], []]);
  });

  test("none at all is refused, also with no body and no content type", async () => {
    const { url } = await start();
    const plain = { method: "POST", body: BODY, headers: { "content-type": "application/json" } };
    expect(await outcome(await fetch(`${url}/webhooks/kore`, plain))).toEqual(REFUSED);
    expect(await outcome(await fetch(`${url}/webhooks/kore`, { method: "POST" }))).toEqual(REFUSED);
  });

  test("the previous secret still signs, one that is forgotten does not, and the order is of no account", async () => {
    const { send } = await start({ secrets: ["new-secret", SECRET] });
    expect((await send(BODY)).status).toBe(200);
    expect((await send(BODY, { "kore-signature": sign(BODY, "new-secret") })).status).toBe(200);
    expect((await send(BODY, { "kore-signature": sign(BODY, "older-secret") })).status).toBe(401);
  });

  test("upper case hex will do", async () => {
    const { send } = await start();
    expect((await send(BODY, { "kore-signature": sign(BODY).toUpperCase() })).status).toBe(200);
  });

  test("no secret, or an empty one, is a mistake at the start: everybody could sign", () => {
    const begin = (secrets: string[]) => () => signatureCheck(secrets, CALLBACK);
    expect(begin([])).toThrow("secrets that are not empty");
    expect(begin([SECRET, ""])).toThrow("secrets that are not empty");
  });
});

describe("what was signed", () => {
  // What parsing and printing would change: numbers, escapes, the order of keys, white space inside texts.
  const compact = String.raw`{"b":1.0,"event-name":"a b\\\" c\" { ","events":[],"n":12345678901234567890,"end":"\\","next":" ","\u00e9":" x  y\t","1":0}`;

  test("is the compact form of JSON that came with white space between its tokens", async () => {
    const { send, delivered } = await start();
    const spaced = compact.replace(/([{,[\]}:])(?=["\d[\]}]|$)/g, "$1\r\n\t ");
    expect(spaced).not.toBe(compact);
    expect(JSON.parse(spaced)).toEqual(JSON.parse(compact));
    expect((await send(spaced, { "kore-signature": sign(compact) })).status).toBe(200);
    await expect.poll(() => delivered.map(({ eventName }) => eventName)).toEqual(['a b\\" c" { ']);
  });

  test("or the bytes as they came, white space and all", async () => {
    const { send } = await start();
    expect((await send(JSON.stringify(ALERT, null, 2))).status).toBe(200);
  });

  test("and nothing else: white space inside a text counts", async () => {
    const { send } = await start();
    const changed = BODY.replace("SIM state changed", "SIM state  changed");
    expect((await send(changed, { "kore-signature": sign(BODY) })).status).toBe(401);
  });

  test.each(["application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", "nonsense", ""])(
    'whatever it is called: "%s"',
    async (type) => {
      const { send } = await start();
      expect((await send(BODY, { "content-type": type })).status).toBe(200);
    },
  );

  test("bytes that are no text are compared as they are, and then are not JSON", async () => {
    const { send } = await start();
    const bytes = Uint8Array.from(Buffer.from('{"event-name":"\xff"}', "latin1"));
    expect((await send(bytes)).status).toBe(400);
    expect((await send(bytes, { "kore-signature": sign('{"event-name":"\ufffd"}') })).status).toBe(401);
  });

  test("nothing may follow the JSON, since a plain hash can be carried on past its end", async () => {
    const { send, delivered } = await start();
    const extended = Buffer.concat([Buffer.from(BODY), Buffer.from([0x80, 0, 0, 0, 0x01, 0xb8]), Buffer.from(BODY)]);
    expect((await send(Uint8Array.from(extended))).status).toBe(400);
    expect(delivered).toEqual([]);
  });
});

describe("the body", () => {
  test("of more than 4 MiB is refused, whether its length was announced or not", async () => {
    const { send, url, delivered } = await start();
    const body = JSON.stringify({ ...ALERT, padding: "x".repeat(4 * 1024 * 1024) });
    expect(await outcome(await send(body))).toEqual([413, { status: "too large" }]);
    const stream = new Blob([body]).stream();
    const chunked = {
      method: "POST",
      body: stream,
      duplex: "half",
      headers: { "kore-signature": sign(body) },
    } as const;
    expect((await fetch(`${url}/webhooks/kore`, chunked)).status).toBe(413);
    expect(delivered).toEqual([]);
  });

  test.each<[string, string]>([
    ["broken JSON", '{"event-name":'],
    ["no body", ""],
    ["a form", "field1=value1&field2=value2"],
    ["a list", "[]"],
    ["null", "null"],
    ["no event name", JSON.stringify({ ...ALERT, "event-name": undefined })],
    ["an event name that is none", JSON.stringify({ ...ALERT, "event-name": 5 })],
    ["events that are no list", JSON.stringify({ ...ALERT, events: {} })],
    ["an event that is a text", JSON.stringify({ ...ALERT, events: ["x"] })],
    ["data that is a list", JSON.stringify({ ...ALERT, events: [{ id: 1, data: [] }] })],
    ["an account that is an object", JSON.stringify({ ...ALERT, account: {} })],
  ])("that is %s and well signed is a bad request, and is not remembered", async (_, body) => {
    const { send, delivered, remembered, logged } = await start();
    expect(await outcome(await send(body))).toEqual(BAD);
    expect([delivered, remembered]).toEqual([[], []]);
    expect(logged()).toContain("webhook refused");
  });

  test("may lack what KORE does not promise, and may hold what nobody knows yet", async () => {
    const { send, delivered } = await start();
    await send('{"event-name":"connectivity.device.abducted","by":{"whom":"?"}}');
    await send('{"event-name":"x","account":310,"events":[{},{"id":null,"data":null},{"id":"e-1","data":{"k":[1]}}]}');
    await expect
      .poll(() => delivered)
      .toEqual([
        { eventName: "connectivity.device.abducted", accountId: null, events: [] },
        {
          eventName: "x",
          accountId: "310",
          events: [
            { id: null, data: {} },
            { id: null, data: {} },
            { id: "e-1", data: { k: [1] } },
          ],
        },
      ]);
  });
});

describe("repeats", () => {
  test("of a body are answered as the first was and worked on once", async () => {
    const { send, delivered } = await start();
    const replies = [await send(), await send(), await send(BODY.replace("881", "882"))];
    for (const reply of replies) expect(await outcome(reply)).toEqual(RECEIVED);
    await expect.poll(() => delivered).toEqual([READ, READ]);
  });

  test("that come all at once are worked on once", async () => {
    const { send, delivered } = await start();
    const replies = await Promise.all(Array.from({ length: 20 }, () => send()));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    await expect.poll(() => delivered.length).toBe(1);
  });

  test("without a token are known by their body", async () => {
    const { send, delivered } = await start();
    const other = BODY.replace("881", "882");
    for (const body of [BODY, BODY, other, BODY]) {
      expect((await send(body, { "kore-idempotency-token": "" })).status).toBe(200);
    }
    await expect.poll(() => delivered.length).toBe(2);
  });

  test("however long the body, its mark is short", async () => {
    const { send, delivered, remembered } = await start();
    for (const end of ["a", "b", "a"]) await send(JSON.stringify({ ...ALERT, padding: "t".repeat(5_000) + end }));
    await expect.poll(() => delivered.length).toBe(2);
    expect(Math.max(...remembered.map(({ length }) => length))).toBeLessThan(160);
  });

  test("of what a process took that died before it answered are worked on after all, once", async () => {
    const memory = new Set<string>();
    const remember = (token: string) => Promise.resolve(memory.size < memory.add(token).size);
    let isDead = true;
    const dying = await start({
      remember: (token) => {
        if (isDead && memory.size > 0) return new Promise(() => undefined); // It never comes to the second mark.
        return remember(token);
      },
      onWebhook: () => undefined,
    });
    await dying.send();
    expect(memory.size).toBe(1); // What the dead process left behind.
    isDead = false;
    const { send, delivered } = await start({ remember });
    expect(await outcome(await send())).toEqual(RECEIVED);
    expect(await outcome(await send())).toEqual(RECEIVED);
    await expect.poll(() => delivered).toEqual([READ]);
  });

  test("a memory that fails asks KORE to send again, and the second time it is worked on", async () => {
    const memory = new Set<string>();
    let isBroken = true;
    const { send, delivered, logged } = await start({
      remember: async (token) => {
        if (!isBroken) return memory.size < memory.add(token).size;
        await new Promise((resolve) => setTimeout(resolve, 100)); // So that both wait for it.
        throw new Error("the disk is full");
      },
    });
    const both = await Promise.all([send(), send()]);
    for (const reply of both) expect(await outcome(reply)).toEqual([503, { status: "try again" }]);
    expect(delivered).toEqual([]);
    expect(logged()).toContain("the disk is full");
    isBroken = false;
    expect(await outcome(await send())).toEqual(RECEIVED);
    await expect.poll(() => delivered).toEqual([READ]);
  });
});

describe("the answer comes before the work", () => {
  test("work that takes long delays neither the answer nor the next delivery", async () => {
    const ends: (() => void)[] = [];
    const { send } = await start({ onWebhook: () => new Promise((resolve) => ends.push(resolve)) });
    for (const body of [BODY, BODY.replace("881", "882")]) expect((await send(body)).status).toBe(200);
    await expect.poll(() => ends.length).toBe(2);
    for (const end of ends) end();
  });

  test("the whole answer has gone out by the time that work begins, so that work which blocks cannot hold it back", async () => {
    const replies: ServerResponse[] = [];
    const seen: boolean[] = [];
    const { send } = await start(
      { onWebhook: () => void seen.push(...replies.map((raw) => raw.writableFinished)) },
      (raw) => replies.push(raw),
    );
    await send();
    await expect.poll(() => seen).toEqual([true]);
  });

  test.each<[string, () => void | Promise<void>]>([
    [
      "throws",
      () => {
        throw new Error("no bus today");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no bus today"))],
  ])("work that %s is logged and fails nothing, and a repeat of it is still a repeat", async (_, fail) => {
    let calls = 0;
    const { send, logged } = await start({
      onWebhook: () => {
        calls += 1;
        return fail();
      },
    });
    expect(await outcome(await send())).toEqual(RECEIVED);
    await expect.poll(logged).toContain("no bus today");
    expect(await outcome(await send())).toEqual(RECEIVED);
    expect(calls).toBe(1);
  });

  test("a caller that left before the answer is worked for all the same", async () => {
    let remember: (isNew: boolean) => void = () => undefined;
    let asked = false;
    const { url, delivered } = await start({
      remember: () => {
        asked = true;
        return new Promise((resolve) => (remember = resolve));
      },
    });
    const headers = { "kore-signature": sign(BODY), "kore-idempotency-token": "token-1" };
    const call = httpRequest(`${url}/webhooks/kore`, { method: "POST", headers });
    call.on("error", () => undefined);
    call.end(BODY);
    await expect.poll(() => asked).toBe(true);
    call.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    remember(true);
    await expect.poll(() => delivered).toEqual([READ]);
    remember(true);
  });

  test("a stop waits for the work of what was received", async () => {
    let isDone = false;
    const { send, http } = await start({
      onWebhook: async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        isDone = true;
      },
    });
    await send();
    await http.close();
    expect(isDone).toBe(true);
  });
});

describe("in the server around it", () => {
  test("the host check holds, and other routes keep their parsers, limits and methods", async () => {
    const { url, send } = await start();
    const { port } = new URL(url);
    const status = await new Promise((resolve) => {
      const headers = { host: `evil.example:${port}`, "kore-signature": sign(BODY) };
      const call = httpRequest(`${url}/webhooks/kore`, { method: "POST", headers }, (reply) =>
        resolve(reply.statusCode),
      );
      call.end(BODY);
    });
    expect(status).toBe(421);
    const json = { "content-type": "application/json" };
    const graph = await fetch(`${url}/graphql`, { method: "POST", headers: json, body: '{"a":1}' });
    expect(await graph.json()).toEqual({ got: { a: 1 } });
    const large = JSON.stringify({ a: "x".repeat(100_000) });
    expect((await fetch(`${url}/graphql`, { method: "POST", headers: json, body: large })).status).toBe(200);
    expect((await fetch(`${url}/webhooks/kore`)).status).toBe(404);
    expect((await send()).status).toBe(200);
  });

  test("the log holds no secret, no signature, no token and none of KORE's identifiers", async () => {
    const { send, logged } = await start({ onWebhook: () => Promise.reject(new Error("failed")) });
    await send();
    await send(BODY, { "kore-signature": sign(BODY, "wrong") });
    await send("{");
    await send(JSON.stringify({ ...ALERT, events: 5 }));
    await expect.poll(logged).toContain("failed");
    expect(logged().match(/webhook refused/g)).toHaveLength(3);
    for (const hidden of [SECRET, sign(BODY), sign(BODY, "wrong"), "token-", "cmp-", "310", "1000000001"]) {
      expect(logged()).not.toContain(hidden);
    }
  });

  test("it understands what the simulator sends, which has read KORE's rules on its own", async () => {
    const { url, delivered } = await start();
    const { kore, caller } = await startWithCaller({ accounts: { acme: { sims: 1, states: "Active" } } });
    const change = async (verb: string) => {
      const body = { [verb]: { subscriptions: [{ iccid: kore.iccids("acme")[0] }] } };
      await caller.post(`/v1/accounts/acme/provisioning-requests/${verb}`, body);
      kore.clock.advance(10_000);
      await kore.webhooks.settled();
      return kore.webhooks.deliveries().map(({ status }) => status);
    };
    const webhook = { url: `${url}/webhooks/kore`, secret: SECRET, callbackUrl: `${CALLBACK}?from=kore`, copies: 2 };
    kore.webhooks.to(webhook);
    expect(await change("suspend")).toEqual([200, 200, 200, 200, 200, 200]);
    await expect
      .poll(() => delivered.map(({ accountId, eventName }) => [accountId, eventName]))
      .toEqual([
        ["acme", "connectivity.provisioning.request.status.changed"],
        ["acme", "connectivity.subscription.state.changed"],
        ["acme", "connectivity.provisioning.request.status.changed"],
      ]);
    expect(delivered[1]?.events[0]?.data).toMatchObject({ "old-state": "Active", "new-state": "Suspend" });
    kore.webhooks.to({ ...webhook, copies: 1, signWith: "guessed" });
    expect((await change("reactivate")).slice(6)).toEqual([401, 401, 401]);
    expect(delivered).toHaveLength(3);
  });
});
