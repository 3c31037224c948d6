import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { startApp } from "../../support/app.ts";
import { LIVE_TRANSPORTS, arrived, overHttp, subscribe } from "../../support/live/callers.ts";
import { EVENTS, WAIT, type Source, startToyGraph } from "../../support/live/toy-graph.ts";

describe.each(LIVE_TRANSPORTS)("over $name", ({ call, sleep, cutOff }) => {
  test("each event arrives as it happens, and the end too", async () => {
    const subscriber = await subscribe(call, await startToyGraph());
    subscriber.source.publish("one");
    await arrived(subscriber, 1);
    subscriber.source.publish("two");
    await arrived(subscriber, 2);
    subscriber.source.end();
    expect(await subscriber.ended).toBe("complete");
    expect(subscriber.results).toEqual([{ data: { events: { text: "one" } } }, { data: { events: { text: "two" } } }]);
  });

  test("queries and mutations are answered too", async () => {
    const toy = await startToyGraph();
    const query = call(toy.url, { query: "query ($n: Int) { greeting(times: $n) }", variables: { n: 2 } });
    const mutation = call(toy.url, { query: "mutation { write }" });
    await vi.waitUntil(() => toy.waiting.length === 1, WAIT);
    toy.waiting[0]?.finish();
    expect([await query.ended, query.results]).toEqual(["complete", [{ data: { greeting: "hello hello" } }]]);
    expect([await mutation.ended, mutation.results]).toEqual(["complete", [{ data: { write: "done" } }]]);
  });

  test("an event has a context of its own, with loaders that remember nothing", async () => {
    const subscriber = await subscribe(
      call,
      await startToyGraph(),
      "subscription { events { first: count then: count } }",
    );
    subscriber.source.publish("one");
    subscriber.source.publish("two");
    await arrived(subscriber, 2);
    const fresh = { data: { events: { first: 1, then: 2 } } };
    expect(subscriber.results).toEqual([fresh, fresh]);
  });

  test("hints come with the result that they explain", async () => {
    const toy = await startToyGraph();
    const subscriber = await subscribe(call, toy, "subscription { events { hinted } }");
    subscriber.source.publish("one");
    subscriber.source.publish("two");
    await arrived(subscriber, 2);
    const path = ["events", "hinted"];
    const explained = {
      data: { events: { hinted: null } },
      extensions: { hints: [{ path, message: "nothing is here" }] },
    };
    expect(subscriber.results).toEqual([explained, explained]);

    const query = call(toy.url, { query: "{ hinted }" });
    await query.ended;
    expect(query.results).toEqual([await overHttp(toy, { query: "{ hinted }" })]);
  });

  describe("when the caller disconnects", () => {
    test("the source is ended once, though it waits, and its signal aborts", async () => {
      const subscriber = await subscribe(call, await startToyGraph());
      subscriber.source.publish("one");
      await arrived(subscriber, 1);
      expect([subscriber.source.returns, subscriber.source.signal.aborted]).toEqual([0, false]);
      subscriber.leave();
      await vi.waitUntil(() => subscriber.source.returns > 0, WAIT);
      expect(subscriber.source.signal.aborted).toBe(true);
      await delay(50);
      expect(subscriber.source.returns).toBe(1);
    });

    test("the source ends while an event is being resolved, and its resolvers are aborted", async () => {
      const toy = await startToyGraph();
      const subscriber = await subscribe(call, toy, "subscription { events { slow } }");
      subscriber.source.publish("one");
      await vi.waitUntil(() => toy.waiting.length === 1, WAIT);
      subscriber.leave();
      await vi.waitUntil(() => subscriber.source.returns === 1, WAIT);
      expect(toy.waiting[0]?.signal.aborted).toBe(true);
      expect(toy.waiting[0]?.signal).not.toBe(subscriber.source.signal);
    });

    test("a query is aborted", async () => {
      const toy = await startToyGraph();
      const caller = call(toy.url, { query: "{ slow }" });
      await vi.waitUntil(() => toy.waiting.length === 1, WAIT);
      expect(toy.waiting[0]?.signal.aborted).toBe(false);
      caller.leave();
      await vi.waitUntil(() => toy.waiting[0]?.signal.aborted, WAIT);
    });
  });

  test("a client that does not read is dropped, and the others get everything", async () => {
    const toy = await startToyGraph({ slowMs: 500, maxUnread: 8 * 1024 * 1024 });
    const reader = await subscribe(call, toy);
    const hangUp = sleep(toy.url, EVENTS);
    await vi.waitUntil(() => toy.sources.length === 2, WAIT);
    const sleeper = toy.sources[1] as Source;
    const text = "x".repeat(256 * 1024);
    let count = 0;
    // As much as the operating system's buffers take, and then some.
    while (sleeper.returns === 0 && count < 400) {
      for (let index = 0; index < 10; index += 1) {
        sleeper.publish(text);
        reader.source.publish(text);
      }
      await arrived(reader, (count += 10));
      await delay(20);
    }
    expect(sleeper.returns).toBe(1);
    expect(sleeper.signal.aborted).toBe(true);
    expect(toy.logged()).toContainEqual(expect.objectContaining({ why: "reads too slowly" }));
    reader.source.publish("the last");
    await arrived(reader, count + 1);
    expect(reader.results.at(-1)).toEqual({ data: { events: { text: "the last" } } });
    reader.leave();
    hangUp();
  });

  test("a client that does not read is dropped at once when the buffer is very large", async () => {
    const toy = await startToyGraph({ slowMs: 60_000, maxUnread: 64 * 1024 });
    const hangUp = sleep(toy.url, EVENTS);
    await vi.waitUntil(() => toy.sources.length === 1, WAIT);
    const [sleeper] = toy.sources;
    for (let count = 0; sleeper?.returns === 0 && count < 400; count += 1) {
      sleeper.publish("x".repeat(256 * 1024));
      await delay(5);
    }
    expect(sleeper?.returns).toBe(1);
    hangUp();
  });

  describe("when the server stops", () => {
    test("subscribers get a code on which they reconnect", async () => {
      const toy = await startToyGraph();
      const [one, two] = [await subscribe(call, toy), await subscribe(call, toy)];
      one.source.publish("one");
      await arrived(one, 1);
      await toy.stop();
      expect([await one.ended, await two.ended]).toEqual([cutOff, cutOff]);
      expect([one.source.returns, two.source.returns]).toEqual([1, 1]);
      await expect(fetch(toy.url)).rejects.toThrow();
    });

    test("a reply under way is still sent", async () => {
      const toy = await startToyGraph();
      const caller = call(toy.url, { query: "mutation { write }" });
      await vi.waitUntil(() => toy.waiting.length === 1, WAIT);
      let hasStopped = false;
      const stopped = toy.stop().then(() => (hasStopped = true));
      await delay(200);
      expect([hasStopped, toy.waiting[0]?.signal.aborted]).toEqual([false, false]);
      toy.waiting[0]?.finish();
      await stopped;
      expect([await caller.ended, caller.results]).toEqual(["complete", [{ data: { write: "done" } }]]);
    });
  });

  test("the real graph answers", async () => {
    const app = await startApp();
    try {
      const caller = call(app.url, { query: "{ accounts { id } __schema { queryType { name } } }" });
      expect(await caller.ended).toBe("complete");
      expect(caller.results).toEqual([
        { data: { accounts: expect.any(Array) as unknown, __schema: { queryType: { name: "Query" } } } },
      ]);
      expect(app.kore.requests()).toHaveLength(1);
    } finally {
      await app.stop();
    }
  });
});
