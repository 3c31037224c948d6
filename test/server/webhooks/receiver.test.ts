import { type ServerResponse, request as httpRequest } from "node:http";
import { describe, expect, test } from "vitest";
import { startWithCaller } from "../../simulator/support/harness.ts";
import { ALERT, BAD, BODY, CALLBACK, READ, RECEIVED, SECRET, outcome, sign, startReceiver } from "./fixtures.ts";

describe("the body", () => {
  test("of more than 4 MiB is refused, with and without a stated length", async () => {
    const { send, url, handled } = await startReceiver();
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
    expect(handled).toEqual([]);
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
  ])("that is %s with a valid signature is a bad request, and is not stored", async (_, body) => {
    const { send, handled, remembered, logged } = await startReceiver();
    expect(await outcome(await send(body))).toEqual(BAD);
    expect([handled, remembered]).toEqual([[], []]);
    expect(logged()).toContain("webhook refused");
  });

  const NO_ALERT = { id: null, ruleId: null, ruleName: null, sentAt: null };

  test("may lack optional fields and have unknown ones", async () => {
    const { send, handled } = await startReceiver();
    await send('{"event-name":"connectivity.device.abducted","by":{"whom":"?"}}');
    await send(
      '{"event-name":"x","account":310,"events":[{},{"id":null,"data":null},{"id":"e-1","data":{"k":[1]}},{"id":"e-2","beside":1,"data":{"k":2}}]}',
    );
    await expect
      .poll(() => handled)
      .toEqual([
        { eventName: "connectivity.device.abducted", accountId: null, alert: NO_ALERT, events: [] },
        {
          eventName: "x",
          accountId: "310",
          alert: NO_ALERT,
          events: [
            { id: null, data: {} },
            { id: null, data: {} },
            { id: "e-1", data: { k: [1] } },
            { id: "e-2", data: { beside: 1, k: 2 } },
          ],
        },
      ]);
  });
});

describe("repetitions", () => {
  test("of a body are answered as the first, and handled once", async () => {
    const { send, handled } = await startReceiver();
    const replies = [await send(), await send(), await send(BODY.replace("881", "882"))];
    for (const reply of replies) expect(await outcome(reply)).toEqual(RECEIVED);
    await expect.poll(() => handled).toEqual([READ, { ...READ, alert: { ...READ.alert, id: "882" } }]);
  });

  test("that arrive concurrently are handled once", async () => {
    const { send, handled } = await startReceiver();
    const replies = await Promise.all(Array.from({ length: 20 }, () => send()));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    await expect.poll(() => handled.length).toBe(1);
  });

  test("without an idempotency token are recognised by their body", async () => {
    const { send, handled } = await startReceiver();
    const other = BODY.replace("881", "882");
    for (const body of [BODY, BODY, other, BODY]) {
      expect((await send(body, { "kore-idempotency-token": "" })).status).toBe(200);
    }
    await expect.poll(() => handled.length).toBe(2);
  });

  test("have a short token, however long the body", async () => {
    const { send, handled, remembered } = await startReceiver();
    for (const end of ["a", "b", "a"]) await send(JSON.stringify({ ...ALERT, padding: "t".repeat(5_000) + end }));
    await expect.poll(() => handled.length).toBe(2);
    expect(Math.max(...remembered.map(({ length }) => length))).toBeLessThan(160);
  });

  test("of a webhook that a crashed process claimed without acknowledging are handled once", async () => {
    const memory = new Set<string>();
    const remember = (token: string) => Promise.resolve(memory.size < memory.add(token).size);
    let isDead = true;
    const dying = await startReceiver({
      remember: (token) => {
        if (isDead && memory.size > 0) return new Promise(() => undefined); // The second record never succeeds.
        return remember(token);
      },
      onWebhook: () => undefined,
    });
    await dying.send();
    expect(memory.size).toBe(1); // The claim of the crashed process.
    isDead = false;
    const { send, handled } = await startReceiver({ remember });
    expect(await outcome(await send())).toEqual(RECEIVED);
    expect(await outcome(await send())).toEqual(RECEIVED);
    await expect.poll(() => handled).toEqual([READ]);
  });

  test("a failing store is answered with 503, and the repetition is handled", async () => {
    const memory = new Set<string>();
    let isBroken = true;
    const { send, handled, logged } = await startReceiver({
      remember: async (token) => {
        if (!isBroken) return memory.size < memory.add(token).size;
        await new Promise((resolve) => setTimeout(resolve, 100)); // So that both wait for it.
        throw new Error("the disk is full");
      },
    });
    const both = await Promise.all([send(), send()]);
    for (const reply of both) expect(await outcome(reply)).toEqual([503, { status: "try again" }]);
    expect(handled).toEqual([]);
    expect(logged()).toContain("the disk is full");
    isBroken = false;
    expect(await outcome(await send())).toEqual(RECEIVED);
    await expect.poll(() => handled).toEqual([READ]);
  });
});

describe("the response precedes the handler", () => {
  test("a slow handler delays neither the response nor the next webhook", async () => {
    const ends: (() => void)[] = [];
    const { send } = await startReceiver({ onWebhook: () => new Promise((resolve) => ends.push(resolve)) });
    for (const body of [BODY, BODY.replace("881", "882")]) expect((await send(body)).status).toBe(200);
    await expect.poll(() => ends.length).toBe(2);
    for (const end of ends) end();
  });

  test("the handler is called after the whole response was sent", async () => {
    const replies: ServerResponse[] = [];
    const seen: boolean[] = [];
    const { send } = await startReceiver(
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
  ])("a handler that %s is logged, and a repetition is not handled again", async (_, fail) => {
    let calls = 0;
    const { send, logged } = await startReceiver({
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

  test("the webhook of a caller that disconnected before the response is handled", async () => {
    let remember: (isNew: boolean) => void = () => undefined;
    let asked = false;
    const { url, handled } = await startReceiver({
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
    await expect.poll(() => handled).toEqual([READ]);
    remember(true);
  });

  test("a stop waits for running handlers", async () => {
    let isDone = false;
    const { send, http } = await startReceiver({
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

describe("within the server", () => {
  test("the host check holds, and other routes keep their parsers, limits and methods", async () => {
    const { url, send } = await startReceiver();
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

  test("the log has no secret, signature, token or identifier of KORE's", async () => {
    const { send, logged } = await startReceiver({ onWebhook: () => Promise.reject(new Error("failed")) });
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

  test("it accepts webhooks of the simulator, which implements KORE's rules independently", async () => {
    const { url, handled } = await startReceiver();
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
      .poll(() => handled.map(({ accountId, eventName }) => [accountId, eventName]))
      .toEqual([
        ["acme", "connectivity.provisioning.request.status.changed"],
        ["acme", "connectivity.subscription.state.changed"],
        ["acme", "connectivity.provisioning.request.status.changed"],
      ]);
    expect(handled[1]?.events[0]?.data).toMatchObject({ "old-state": "Active", "new-state": "Suspend" });
    kore.webhooks.to({ ...webhook, copies: 1, signWith: "guessed" });
    expect((await change("reactivate")).slice(6)).toEqual([401, 401, 401]);
    expect(handled).toHaveLength(3);
  });
});
