import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { type Caller } from "../../../src/graph/index.ts";
import { type Authentication, type Authenticator } from "../../../src/server/auth/index.ts";
import { watchCredential } from "../../../src/server/auth/credential-expiry.ts";
import { LIVE_TRANSPORTS, arrived, socketUrl, subscribe } from "../../support/live/callers.ts";
import { EVENTS, WAIT, startToyGraph } from "../../support/live/toy-graph.ts";

const ADA: Caller = { id: "jwt ada", name: "ada", role: "viewer", accounts: new Set(["cmp-1"]), expiresAt: undefined };
const DAY = 24 * 3600 * 1000;

/** Lets Ada in for so long. */
const forMilliseconds = (milliseconds: number): Authenticator => {
  const caller = { ...ADA, expiresAt: Date.now() + milliseconds };
  return { isRequired: true, authenticate: () => Promise.resolve({ caller }) };
};

const EXPIRED: Readonly<Record<string, string>> = {
  WebSocket: "closed 4403",
  "server-sent events": "Connection closed while having active streams",
  "multipart responses": "the credential has expired or was withdrawn: subscribe again",
};

describe.each(LIVE_TRANSPORTS)("over $name, when the credential expires", ({ name, call }) => {
  const expired = EXPIRED[name];

  test("a subscription ends, and not before, such that clients come back", async () => {
    const toy = await startToyGraph({}, { authenticator: forMilliseconds(800) });
    const subscriber = await subscribe(call, toy);
    subscriber.source.publish("one");
    await arrived(subscriber, 1);
    const begun = performance.now();
    expect(await subscriber.ended).toBe(expired);
    expect(performance.now() - begun).toBeGreaterThan(200);
    await vi.waitUntil(() => subscriber.source.returns === 1, WAIT);
    expect(subscriber.source.signal.aborted).toBe(true);
    expect(subscriber.results).toHaveLength(1);
  });

  test("a mutation under way is answered first", async () => {
    const toy = await startToyGraph({}, { authenticator: forMilliseconds(500) });
    const caller = call(toy.url, { query: "mutation { write }" });
    await vi.waitUntil(() => toy.waiting.length === 1, WAIT);
    await delay(700);
    expect(toy.waiting[0]?.signal.aborted).toBe(false);
    toy.waiting[0]?.finish();
    await arrived(caller, 1);
    expect(caller.results).toEqual([{ data: { write: "done" } }]);
  });
});

test("a socket on which a mutation is under way has no more events, takes nothing new, and closes after the answer", async () => {
  const toy = await startToyGraph({}, { authenticator: forMilliseconds(500) });
  const socket = new WebSocket(socketUrl(toy.url), "graphql-transport-ws");
  const heard: string[] = [];
  socket.on("message", (data: Buffer) => heard.push(data.toString()));
  const closed = new Promise((resolve) => socket.once("close", (code, why) => resolve(`${code} ${String(why)}`)));
  const send = (message: object) => socket.send(JSON.stringify(message));
  const subscribeTo = (id: string, query: string) => send({ id, type: "subscribe", payload: { query } });
  socket.once("open", () => send({ type: "connection_init" }));
  await vi.waitUntil(() => heard.length === 1, WAIT);
  subscribeTo("events", EVENTS);
  subscribeTo("write", "mutation { write }");
  await vi.waitUntil(() => toy.sources.length === 1 && toy.waiting.length === 1, WAIT);
  await delay(700);
  toy.sources[0]?.publish("too late");
  subscribeTo("more", EVENTS);
  await delay(100);
  expect([toy.sources.length, toy.sources[0]?.returns, heard.length]).toEqual([1, 1, 1]);
  toy.waiting[0]?.finish();
  expect(await closed).toBe("4403 The credential has expired or was withdrawn");
  expect(heard.slice(1).map((text) => JSON.parse(text) as unknown)).toEqual([
    { id: "write", type: "next", payload: { data: { write: "done" } } },
    { id: "write", type: "complete" },
  ]);
});

describe("a proof that is watched", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** When it ended, in milliseconds from now. */
  function watched(caller: Caller, prove: () => Authentication) {
    const begun = Date.now();
    const ends: number[] = [];
    const stop = watchCredential(
      caller,
      () => Promise.resolve(prove()),
      () => ends.push(Date.now() - begun),
    );
    return { ends, stop };
  }

  test("ends when it expires, however far away that is", async () => {
    const caller = { ...ADA, expiresAt: Date.now() + 60 * DAY };
    const { ends } = watched(caller, () => ({ caller }));
    await vi.advanceTimersByTimeAsync(60 * DAY - 1);
    expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ends).toEqual([60 * DAY]);
    expect(vi.getTimerCount()).toBe(0);
  });

  const others: [string, Authentication][] = [
    ["is withdrawn", { refusal: { code: "UNAUTHENTICATED", message: "" } }],
    ["is another's", { caller: { ...ADA, id: "jwt bob" } }],
    ["gives another role", { caller: { ...ADA, role: "admin" } }],
    ["gives other accounts", { caller: { ...ADA, accounts: new Set(["cmp-2"]) } }],
    ["gives all accounts", { caller: { ...ADA, accounts: undefined } }],
  ];
  test.each(others)("ends within a minute after it %s", async (_, after) => {
    let proof: Authentication = { caller: ADA };
    const { ends } = watched(ADA, () => proof);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(ends).toEqual([]);
    proof = after;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ends).toHaveLength(1);
  });

  test("continues while authentication is unavailable, but not beyond the expiry", async () => {
    const caller = { ...ADA, expiresAt: Date.now() + 5 * 60_000 };
    const { ends } = watched(caller, () => ({ refusal: { code: "AUTHENTICATION_UNAVAILABLE", message: "" } }));
    await vi.advanceTimersByTimeAsync(4 * 60_000);
    expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ends).toEqual([5 * 60_000]);
  });

  test("is no longer looked at once that is stopped", async () => {
    const prove = vi.fn((): Authentication => ({ caller: ADA }));
    const { ends, stop } = watched(ADA, prove);
    stop();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect([prove.mock.calls.length, ends, vi.getTimerCount()]).toEqual([0, [], 0]);
  });
});
