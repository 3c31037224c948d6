import { once } from "node:events";
import { type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { startApp } from "../../support/app.ts";
import { socketUrl } from "../../support/live/callers.ts";
import { EVENTS, WAIT, SECRET, type ToyGraph, startToyGraph } from "../../support/live/toy-graph.ts";

interface Message {
  type: string;
  id?: string;
  payload?: unknown;
}

/** A client that sends exactly the given messages. */
async function open({ url }: Pick<ToyGraph, "url">, options: ClientOptions = {}) {
  const socket = new WebSocket(socketUrl(url), "graphql-transport-ws", options);
  const messages: Message[] = [];
  socket.on("message", (data) => messages.push(JSON.parse((data as Buffer).toString()) as Message));
  const closed = new Promise<string>((resolve) => {
    socket.once("close", (code, reason) => resolve(`${code} ${reason.toString()}`.trim()));
  });
  await once(socket, "open");
  const say = (message: unknown) => socket.send(JSON.stringify(message));
  return {
    socket,
    messages,
    closed,
    say,
    init: async () => {
      say({ type: "connection_init" });
      await vi.waitUntil(() => messages.some(({ type }) => type === "connection_ack"), WAIT);
    },
    subscribe: (id: string, query = EVENTS) => say({ id, type: "subscribe", payload: { query } }),
    complete: (id: string) => say({ id, type: "complete" }),
    of: (id: string) => messages.filter((message) => message.id === id),
  };
}

async function initialised(toy: ToyGraph, options: ClientOptions = {}) {
  const caller = await open(toy, options);
  await caller.init();
  return caller;
}

const next = (id: string, value: string) => ({ id, type: "next", payload: { data: { events: { text: value } } } });
const tooMany = (id: string, count: number) => ({
  id,
  type: "error",
  payload: [
    {
      message: `No more than ${count} operations at once on one connection`,
      extensions: { code: "TOO_MANY_OPERATIONS" },
    },
  ],
});

describe("one connection", () => {
  test("carries fifty operations at once; one more is refused, and the others go on", async () => {
    const toy = await startToyGraph();
    const caller = await initialised(toy);
    for (let id = 1; id <= 51; id += 1) caller.subscribe(`${id}`);
    await vi.waitUntil(() => caller.of("51").length > 0 && toy.sources.length === 50, WAIT);
    expect(caller.of("51")).toEqual([tooMany("51", 50)]);

    for (const source of toy.sources) source.publish("still here");
    await vi.waitUntil(() => caller.of("50").length > 0, WAIT);
    for (let id = 1; id <= 50; id += 1) expect(caller.of(`${id}`)).toEqual([next(`${id}`, "still here")]);

    caller.complete("7");
    caller.subscribe("51");
    await vi.waitUntil(() => toy.sources.length === 51, WAIT);
    expect(toy.sources.map(({ returns }) => returns).filter((count) => count > 0)).toEqual([1]);
  });

  test("11.5 carries as many operations as LIMIT_OPERATIONS_PER_SOCKET says", async () => {
    const app = await startApp({}, { LIMIT_OPERATIONS_PER_SOCKET: "1" });
    try {
      const caller = await open(app);
      await caller.init();
      caller.subscribe("1", 'subscription { subscriptionStateChanged(accountId: "a") { subscriptionId } }');
      caller.subscribe("2", "{ __typename }");
      await vi.waitUntil(() => caller.of("2").length > 0, WAIT);
      expect(caller.of("2")).toEqual([tooMany("2", 1)]);
    } finally {
      await app.stop();
    }
  });

  test("cannot pile up work by starting and leaving", async () => {
    const toy = await startToyGraph({ maxOperations: 2 });
    const caller = await initialised(toy);
    for (const id of ["1", "2", "3", "4"]) {
      caller.subscribe(id, "{ slow }");
      caller.complete(id);
    }
    caller.subscribe("5", "{ slow }");
    await vi.waitUntil(() => caller.of("5").length > 0 && toy.waiting.length === 4, WAIT);
    expect(caller.of("5")).toEqual([tooMany("5", 2)]);
    for (const { finish } of toy.waiting) finish();
    await delay(20);
    caller.subscribe("6", "{ greeting }");
    await vi.waitUntil(() => caller.of("6").length === 2, WAIT);
    expect(caller.of("1")).toEqual([]);
  });

  test("has room again after a completed operation, though its source never ends", async () => {
    const toy = await startToyGraph({ maxOperations: 2 });
    const caller = await initialised(toy);
    for (let count = 1; count <= 10; count += 1) {
      caller.subscribe("1");
      await vi.waitUntil(() => toy.sources.length === count, WAIT);
      caller.complete("1");
      await vi.waitUntil(() => toy.sources.every(({ returns }) => returns === 1), WAIT);
    }
    expect(caller.of("1")).toEqual([]);
  });

  test("may reuse an id, and the earlier operation sends nothing more", async () => {
    const toy = await startToyGraph();
    const caller = await initialised(toy);
    caller.subscribe("1", "{ slow }");
    await vi.waitUntil(() => toy.waiting.length === 1, WAIT);
    caller.complete("1");
    caller.subscribe("1");
    await vi.waitUntil(() => toy.sources.length === 1, WAIT);
    toy.waiting[0]?.finish();
    toy.sources[0]?.publish("new");
    await vi.waitUntil(() => caller.of("1").length > 0, WAIT);
    await delay(20);
    expect(caller.of("1")).toEqual([next("1", "new")]);
  });

  test("is pinged, and pings", async () => {
    const caller = await initialised(await startToyGraph({ pingMs: 30 }));
    await once(caller.socket, "ping");
    caller.say({ type: "ping" });
    caller.say({ type: "pong" });
    await vi.waitUntil(() => caller.messages.some(({ type }) => type === "pong"), WAIT);
    caller.socket.ping("data");
    expect(String((await once(caller.socket, "pong"))[0])).toBe("data");
  });

  test.each([
    ["an object", { text: "a", list: [1, null], nested: { empty: {} } }],
    ["null", null],
    ["a text", "x"],
    ["a list", [1, 2]],
    ["a number", 0],
    ["false", false],
    ["a large one", { x: "x".repeat(900_000) }],
    ["a key of objects themselves", JSON.parse('{"__proto__":{"a":1}}') as unknown],
    ["half a character", "\ud800"],
    ["a hundred thousand lists in each other", undefined],
  ])("11.1 echoes a ping's payload, and stays open: %s", async (kind, payload) => {
    const caller = await initialised(await startToyGraph());
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    if (payload === undefined) caller.socket.send(`{"type":"ping","payload":${deep}}`);
    else caller.say({ type: "ping", payload });
    if (payload === undefined) caller.socket.send(`{"type":"pong","payload":${deep}}`);
    else caller.say({ type: "pong", payload });
    caller.subscribe("1", "{ greeting }");
    await vi.waitUntil(() => caller.of("1").length === 2, WAIT);
    const pongs = caller.messages.filter(({ type }) => type === "pong");
    // V8 cannot serialise such a depth.
    expect(pongs, kind).toStrictEqual([payload === undefined ? { type: "pong" } : { type: "pong", payload }]);
  });

  test("11.2 a ping without a payload is answered without one", async () => {
    const caller = await initialised(await startToyGraph());
    caller.say({ type: "ping" });
    await vi.waitUntil(() => caller.messages.length === 2, WAIT);
    expect(caller.messages[1]).toStrictEqual({ type: "pong" });
  });

  test("11.3 a ping before connection_init is answered", async () => {
    const caller = await open(await startToyGraph());
    caller.say({ type: "ping", payload: { n: 1 } });
    await vi.waitUntil(() => caller.messages.length === 1, WAIT);
    expect(caller.messages).toStrictEqual([{ type: "pong", payload: { n: 1 } }]);
    await caller.init();
  });

  test("12.3.25 pings that come faster than pongs can be sent are answered by one, to the latest", async () => {
    const caller = await initialised(await startToyGraph());
    const pongs: string[] = [];
    caller.socket.on("pong", (data) => pongs.push(data.toString()));
    const { _socket: stream } = caller.socket as unknown as { _socket: Socket };
    stream.cork(); // They arrive together.
    for (let count = 1; count <= 200; count += 1) caller.socket.ping(String(count));
    stream.uncork();
    await vi.waitUntil(() => pongs.at(-1) === "200", WAIT);
    expect(pongs.length).toBeLessThan(200);
    expect(caller.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("is dropped when its client answers no ping, and others are not", async () => {
    const toy = await startToyGraph({ pingMs: 200 });
    const alive = await initialised(toy);
    const dead = await initialised(toy, { autoPong: false });
    alive.subscribe("1");
    await vi.waitUntil(() => toy.sources.length === 1, WAIT);
    dead.subscribe("1");
    expect(await dead.closed).toBe("1006");
    await vi.waitUntil(() => toy.sources[1]?.returns === 1, WAIT);
    expect(toy.logged()).toContainEqual(expect.objectContaining({ why: "answers no ping" }));
    toy.sources[0]?.publish("on");
    await vi.waitUntil(() => alive.of("1").length === 1, WAIT);
  });
});

describe("a client that breaks the protocol gets the close code, without its message", () => {
  const INIT = { type: "connection_init" };
  const subscribe = (id: string) => ({ id, type: "subscribe", payload: { query: EVENTS } });

  test.each([
    ["no connection_init in time", [], "4408 No connection_init in time"],
    ["connection_init twice", [INIT, INIT], "4429 Initialised already"],
    ["no connection_init at first", [subscribe("1")], "4401 connection_init comes first"],
    ["an id that is in use", [INIT, subscribe("1"), subscribe("1")], "4409 This id is in use"],
    ["no message of the protocol", [INIT, { type: SECRET }], "4400 Invalid message"],
    ["a message of servers", [INIT, { type: "connection_ack" }], "4400 Invalid message"],
    [
      "a query that is no text",
      [INIT, { ...subscribe("1"), payload: { query: { [SECRET]: 1 } } }],
      "4400 Invalid message",
    ],
    ["a message that is too large", [INIT, { ...INIT, payload: { large: "x".repeat(1024 * 1024) } }], "1009"],
  ])("%s", async (_, messages, code) => {
    const toy = await startToyGraph({ initMs: 100 });
    const caller = await open(toy);
    for (const message of messages) {
      caller.say(message);
      await delay(10); // As a client that waits for the answer.
    }
    expect(await caller.closed).toBe(code);
    await vi.waitUntil(() => toy.sources.every(({ returns }) => returns === 1), WAIT);
  });

  test("messages after the mistake are ignored", async () => {
    const toy = await startToyGraph();
    const caller = await initialised(toy);
    caller.socket.send(SECRET);
    caller.subscribe("1");
    expect(await caller.closed).toBe("4400 Invalid message");
    expect(toy.sources).toEqual([]);
  });
});

describe("when the server stops", () => {
  test("a caller that does not close its end is let go", async () => {
    const toy = await startToyGraph({ closeMs: 100 });
    const caller = await initialised(toy);
    caller.socket.pause();
    await toy.stop();
    caller.socket.resume();
    expect(await caller.closed).toMatch(/^1012/);
  });

  test("no operation starts while a response is pending, and clients get a code on which they reconnect", async () => {
    const toy = await startToyGraph();
    const caller = await initialised(toy);
    caller.subscribe("1", "{ slow }");
    await vi.waitUntil(() => toy.waiting.length === 1, WAIT);
    const stopped = toy.stop();
    caller.subscribe("2");
    await delay(50);
    toy.waiting[0]?.finish();
    expect(await caller.closed).toBe("1012 Service Restart");
    await stopped;
    expect(toy.sources).toEqual([]);
    expect(caller.of("1").map(({ type }) => type)).toEqual(["next", "complete"]);
    expect(caller.of("2")).toEqual([]);
  });
});
