import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { PubSub } from "../../../src/server/subscriptions/pubsub.ts";

const EVENTS = Array.from({ length: 5000 }, (_, index) => index);

test("a burst of 5,000 ends a subscriber that does not read with a code, and others get all", async () => {
  const topics = new PubSub<number>();
  const sleeper = topics.subscribe("a");
  const heard: number[] = [];
  const reader = (async () => {
    for await (const event of topics.subscribe("a")) if (heard.push(event) === EVENTS.length) return;
  })();
  for (const event of EVENTS) topics.publish("a", event);
  await reader;
  expect(heard).toEqual(EVENTS);
  await setImmediate();
  expect(topics.subscriberCount("a")).toBe(0);

  const read: number[] = [];
  const ended = (async () => {
    for await (const event of sleeper) read.push(event);
  })();
  await expect(ended).rejects.toMatchObject({ extensions: { code: "SUBSCRIBER_TOO_SLOW" } });
  expect(read).toEqual(EVENTS); // Buffered items are delivered, later ones are lost.
  expect(await sleeper.next()).toEqual({ done: true, value: undefined });
});

test("a burst above the bound ends a subscriber at once, and its items are released", async () => {
  const topics = new PubSub<number>();
  const sleeper = topics.subscribe("a");
  for (let event = 0; event < 100_000; event += 1) topics.publish("a", event);
  expect(topics.subscriberCount("a")).toBe(0);
  let last = -1;
  await expect(
    (async () => {
      for await (const event of sleeper) last = event;
    })(),
  ).rejects.toMatchObject({ extensions: { code: "SUBSCRIBER_TOO_SLOW" } });
  expect(last).toBe(15_999);
});

test("items between subscribing and reading are delivered, to their topic only", async () => {
  const topics = new PubSub<string>();
  const [mine, other] = [topics.subscribe("a"), topics.subscribe("b")];
  topics.publish("a", "one");
  topics.publish("b", "two");
  expect([await mine.next(), await other.next()]).toEqual([
    { done: false, value: "one" },
    { done: false, value: "two" },
  ]);
});

test("return() unsubscribes at once and ends pending reads", async () => {
  const topics = new PubSub<string>();
  const mine = topics.subscribe("a");
  const waiting = mine.next();
  void mine.return?.();
  expect(topics.subscriberCount("a")).toBe(0);
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test("a signal unsubscribes, also before the first read", () => {
  const topics = new PubSub<string>();
  const leaving = new AbortController();
  topics.subscribe("a", leaving.signal);
  expect(topics.subscriberCount("a")).toBe(1);
  leaving.abort();
  expect(topics.subscriberCount("a")).toBe(0);
  topics.subscribe("a", leaving.signal);
  expect(topics.subscriberCount("a")).toBe(0);
});

test("a subscriber gets the items that it wants, and others do not fill it", async () => {
  const pubsub = new PubSub<number>();
  const even = pubsub.subscribe("a", undefined, (item) => item % 2 === 0);
  for (let item = 1; item <= 50_000; item++) if (item % 2 === 1 || item > 49_990) pubsub.publish("a", item);
  await setImmediate();
  await expect(Promise.all(Array.from({ length: 5 }, () => even.next()))).resolves.toMatchObject(
    [49_992, 49_994, 49_996, 49_998, 50_000].map((value) => ({ value })),
  );
});
