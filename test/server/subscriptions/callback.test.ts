import { type IncomingHttpHeaders, type ServerResponse, createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createAuthenticator } from "../../../src/server/auth/index.ts";
import { createLog } from "../../../src/server/logging/log.ts";
import { type ServerOptions } from "../../../src/server/server.ts";
import { type GraphContext } from "../../../src/graph/index.ts";
import { ROUTER_SECRET } from "../../support/auth.ts";
import { EVENTS, SECRET, WAIT, startToyGraph } from "../../support/live/toy-graph.ts";

interface Message {
  kind: string;
  action: string;
  id: string;
  verifier: string;
  payload?: unknown;
  errors?: { message: string; extensions?: { code: string } }[];
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A router's address for callbacks. It answers as the protocol says, unless `answer` does. */
async function startRouter(answer?: (message: Message, reply: ServerResponse) => boolean | undefined) {
  const messages: Message[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, reply) => {
    void json(request).then((body) => {
      messages.push(body as Message);
      headers.push(request.headers);
      if (answer?.(body as Message, reply) !== true) reply.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const actions = () => messages.map(({ action }) => action);
  const arrived = (count: number) => vi.waitUntil(() => messages.length >= count, WAIT);
  return { origin, url: `${origin}/callback/1`, messages, headers, actions, arrived };
}

async function startGraph(
  origins: readonly string[],
  limits: ServerOptions<GraphContext>["subscriptionLimits"] & object = {},
  options: Partial<ServerOptions<GraphContext>> = {},
) {
  const log = createLog("silent");
  const authenticator = await createAuthenticator(
    { jwt: undefined, apiKeysFile: undefined, routerSecrets: [ROUTER_SECRET] },
    log,
  );
  return startToyGraph(limits, { authenticator, callbackOrigins: origins, ...options });
}

const ROUTER = {
  "content-type": "application/json",
  accept: "application/json;callbackSpec=1.0",
  "x-kore-graph-router-secret": ROUTER_SECRET,
  "x-kore-graph-caller-id": "ada",
  "x-kore-graph-caller-role": "viewer",
  "x-kore-graph-caller-accounts": "*",
};

const subscribe = (url: string, subscription: object, headers: Record<string, string> = ROUTER, query = EVENTS) =>
  fetch(`${url}/graphql`, {
    method: "POST",
    headers,
    body: JSON.stringify({ query, extensions: { subscription } }),
  });

const at = (callbackUrl: string, more: object = {}) => ({
  callbackUrl,
  subscriptionId: "1",
  verifier: "a verifier",
  heartbeatIntervalMs: 0,
  ...more,
});

const BASE = { kind: "subscription", id: "1", verifier: "a verifier" };

describe("a router's subscription by callbacks", () => {
  test("is confirmed before it is answered, and its events and end are sent in order", async () => {
    const router = await startRouter();
    const toy = await startGraph([router.origin]);
    const reply = await subscribe(toy.url, at(router.url));
    expect([reply.status, reply.headers.get("subscription-protocol")]).toEqual([200, "callback/1.0"]);
    expect(reply.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await reply.json()).toEqual({ data: null });
    expect(router.messages).toEqual([{ ...BASE, action: "check" }]);
    for (const text of ["one", "two"]) toy.sources[0]?.publish(text);
    toy.sources[0]?.end();
    await router.arrived(4);
    expect(router.messages.slice(1)).toEqual([
      { ...BASE, action: "next", payload: { data: { events: { text: "one" } } } },
      { ...BASE, action: "next", payload: { data: { events: { text: "two" } } } },
      { ...BASE, action: "complete" },
    ]);
    for (const headers of router.headers) {
      expect(headers).toMatchObject({ "subscription-protocol": "callback/1.0", "content-type": "application/json" });
      expect(JSON.stringify(headers)).not.toContain(ROUTER_SECRET);
    }
  });

  test("that fails ends with its error, masked", async () => {
    const router = await startRouter();
    const toy = await startGraph([router.origin]);
    await subscribe(toy.url, at(router.url));
    toy.sources[0]?.end(new Error(SECRET));
    await router.arrived(2);
    const errors = [{ message: "Internal error", extensions: { code: "INTERNAL_SERVER_ERROR" } }];
    expect(router.messages[1]).toEqual({ ...BASE, action: "complete", errors: [expect.objectContaining(errors[0])] });
  });

  test("that cannot begin is answered by its error, and its address is not called", async () => {
    const router = await startRouter();
    const toy = await startGraph([router.origin]);
    const reply = await subscribe(toy.url, at(router.url), ROUTER, "subscription { refused }");
    expect(await reply.json()).toMatchObject({ errors: [{ message: "topic: must be known" }] });
    const invalid = await subscribe(toy.url, at(router.url), ROUTER, "subscription { nothing }");
    expect(invalid.status).toBe(400);
    expect(router.messages).toEqual([]);
  });

  test("is checked within the interval that the router names", async () => {
    const router = await startRouter();
    const toy = await startGraph([router.origin]);
    await subscribe(toy.url, at(router.url, { heartbeatIntervalMs: 1000 }));
    await router.arrived(3);
    expect(router.actions()).toEqual(["check", "check", "check"]);
    expect(toy.sources[0]?.returns).toBe(0);
  });

  test.each([
    ["does not confirm its address", "check", 404],
    ["has moved its address: a redirect is not followed", "check", 302],
  ])("is refused when the router %s", async (_, action, status) => {
    const elsewhere = await startRouter();
    const router = await startRouter((message, reply) => {
      if (message.action !== action) return false;
      reply.writeHead(status, { location: elsewhere.url }).end();
      return true;
    });
    const toy = await startGraph([router.origin, elsewhere.origin]);
    const reply = await subscribe(toy.url, at(router.url));
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
    await vi.waitUntil(() => toy.sources[0]?.returns === 1, WAIT);
    expect([router.actions(), elsewhere.messages]).toEqual([["check"], []]);
  });

  test("ends when the router has ended it", async () => {
    const router = await startRouter((message, reply) => {
      if (message.action !== "next") return false;
      reply.writeHead(404).end();
      return true;
    });
    const toy = await startGraph([router.origin]);
    await subscribe(toy.url, at(router.url));
    for (const text of ["one", "two"]) toy.sources[0]?.publish(text);
    await vi.waitUntil(() => toy.sources[0]?.returns === 1, WAIT);
    expect(router.actions()).toEqual(["check", "next"]);
  });

  test("ends when the router does not answer in time, after one repetition", async () => {
    const router = await startRouter(({ action }) => action === "next");
    const toy = await startGraph([router.origin], { slowMs: 100 });
    await subscribe(toy.url, at(router.url));
    toy.sources[0]?.publish("one");
    await vi.waitUntil(() => toy.sources[0]?.returns === 1, WAIT);
    expect(router.actions()).toEqual(["check", "next", "next"]);
    expect(JSON.stringify(toy.logged())).not.toContain("a verifier");
  });

  test("occupies one of the places for WebSockets and streams, until it ends", async () => {
    const router = await startRouter();
    const toy = await startGraph([router.origin], {}, { connectionLimits: { sockets: 1 } });
    expect((await subscribe(toy.url, at(router.url))).status).toBe(200);
    const refused = await subscribe(toy.url, at(router.url));
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: "SERVICE_UNAVAILABLE" } }] });
    toy.sources[0]?.end();
    await router.arrived(2);
    await vi.waitUntil(async () => (await subscribe(toy.url, at(router.url))).status === 200, WAIT);
  });

  test("ends with a code on which clients subscribe again when the server stops", async () => {
    const router = await startRouter();
    const toy = await startGraph([router.origin]);
    await subscribe(toy.url, at(router.url));
    await toy.stop();
    expect(router.actions()).toEqual(["check", "complete"]);
    expect(router.messages[1]?.errors).toEqual([
      { message: "the server restarts: subscribe again", extensions: { code: "SUBSCRIPTION_INTERRUPTED" } },
    ]);
    expect(toy.sources[0]?.returns).toBe(1);
  });
});

describe("refused, and nothing is called:", () => {
  test("callbacks that are not switched on", async () => {
    const router = await startRouter();
    const toy = await startGraph([]);
    const reply = await subscribe(toy.url, at(router.url));
    expect(reply.status).toBe(400);
    expect(await reply.text()).toContain("SUBSCRIPTION_CALLBACK_ORIGINS");
    expect([router.messages, toy.sources]).toEqual([[], []]);
  });

  test("a caller that is no router", async () => {
    const router = await startRouter();
    const caller = { id: "jwt ada", name: "ada", role: "admin", accounts: undefined, expiresAt: undefined } as const;
    const authenticator = { isRequired: true, authenticate: () => ({ caller }) };
    const toy = await startGraph([router.origin], {}, { authenticator });
    const reply = await subscribe(toy.url, at(router.url));
    expect(reply.status).toBe(403);
    expect([router.messages, toy.sources]).toEqual([[], []]);
  });

  test("an address that is not at a listed origin", async () => {
    const router = await startRouter();
    const other = await startRouter();
    const toy = await startGraph([router.origin]);
    const { port } = new URL(router.origin);
    const hostile = [
      other.url,
      `http://localhost:${port}/callback`,
      `https://127.0.0.1:${port}/callback`,
      `http://127.0.0.1:${port}@${new URL(other.origin).host}/callback`,
      `http://user:word@127.0.0.1:${port}/callback`,
      `${router.origin}.evil.example/callback`,
      `${other.origin}\\@127.0.0.1:${port}/callback`, // A backslash is a slash in URLs.
      "file:///etc/passwd",
      "data:text/plain,x",
      "/callback",
      "http://169.254.169.254/latest/meta-data",
    ];
    for (const url of hostile) {
      const reply = await subscribe(toy.url, at(url));
      expect([url, reply.status]).toEqual([url, 403]);
    }
    expect(other.messages).toEqual([]);
  });

  test.each([
    ["verifier", { verifier: undefined }],
    ["subscriptionId", { subscriptionId: "x".repeat(300) }],
    ["heartbeatIntervalMs", { heartbeatIntervalMs: 10 }],
    ["heartbeatIntervalMs", { heartbeatIntervalMs: "soon" }],
    ["callbackUrl", { callbackUrl: 7 }],
  ])("an invalid %s, which the message names", async (field, change) => {
    const router = await startRouter();
    const toy = await startGraph([router.origin]);
    const reply = await subscribe(toy.url, at(router.url, change));
    expect(reply.status).toBe(400);
    expect(await reply.text()).toContain(`extensions.subscription.${field}: must be`);
    expect(router.messages).toEqual([]);
  });
});
