import { expect, test } from "vitest";
import { type Context, handleKoreEvents } from "../../src/resources/index.ts";

type Ports = Pick<Context, "kore" | "provisioning" | "events">;

const watchers = { watcher: { wake: () => undefined }, subscriptionRequests: { wake: () => undefined } };

test("an event that cannot be read is published as it is, and reported after the others are published", async () => {
  const published: string[] = [];
  const ports = {
    kore: { unknown: () => undefined },
    provisioning: { ...watchers, invalidateReads: () => undefined },
    events: {
      publish: (_: string, event: { type: string; subscriptionId?: string; data: string }) =>
        published.push(event.subscriptionId ?? `${event.type} ${event.data}`),
    },
  } as unknown as Ports;
  const event = (id: string, data: Record<string, unknown> = { "subscription-id": id, "new-state": "Active" }) => ({
    id,
    data,
  });
  const webhook = {
    eventName: "connectivity.subscription.state.changed",
    accountId: "acme",
    events: [event("one"), event("unreadable", {}), event("two")],
  };
  const thrown: unknown = await handleKoreEvents(webhook, ports).catch((error: unknown) => error);
  expect(published).toEqual(["one", "OTHER {}", "two"]);
  expect(thrown).toBeInstanceOf(AggregateError);
  expect((thrown as AggregateError).message).toBe("1 of 3 events of a webhook could not be read");
  expect((thrown as AggregateError).cause).toBe((thrown as AggregateError).errors[0]);
});

test.each([
  ["connectivity.subscription.state.changed", []],
  ["connectivity.provisioning.request.status.changed", []],
  ["connectivity.something.new", ["acme"]],
])("an event %s invalidates the cache of %j, and later reads join none from before it", async (eventName, accounts) => {
  const calls: unknown[] = [];
  const ports = {
    kore: { unknown: () => undefined },
    provisioning: {
      ...watchers,
      invalidateReads: () => calls.push("invalidateReads"),
      invalidateCache: (accountId?: string) => calls.push(accountId),
    },
    events: { publish: () => undefined },
  } as unknown as Ports;
  await handleKoreEvents({ eventName, accountId: "acme", events: [] }, ports);
  expect(calls).toEqual(["invalidateReads", ...accounts]);
});
