import { expect, test } from "vitest";
import { type Context, handleKoreEvents } from "../../src/resources/index.ts";

test("an event that cannot be read costs only itself, and is told of at the end", async () => {
  const told: string[] = [];
  const ports = {
    kore: { unknown: () => undefined },
    provisioning: { watches: { wake: () => undefined }, retireReads: () => undefined },
    stateChanges: { publish: (_: string, { subscriptionId }: { subscriptionId: string }) => told.push(subscriptionId) },
  } as unknown as Pick<Context, "kore" | "provisioning" | "stateChanges">;
  const event = (id: string) => ({ data: { "subscription-id": id, "new-state": "Active", "old-state": "Stock" } });
  const delivery = {
    eventName: "connectivity.subscription.state.changed",
    accountId: "acme",
    events: [event("one"), { data: {} }, event("two")],
  };
  const thrown: unknown = await handleKoreEvents(delivery, ports).catch((error: unknown) => error);
  expect(told).toEqual(["one", "two"]);
  expect(thrown).toBeInstanceOf(AggregateError);
  expect((thrown as AggregateError).message).toBe("1 of 3 events of a delivery could not be read");
  expect((thrown as AggregateError).cause).toBe((thrown as AggregateError).errors[0]);
});

test.each([
  ["connectivity.subscription.state.changed", []],
  ["connectivity.provisioning.request.status.changed", []],
  ["connectivity.something.new", ["acme"]],
])("an event %s clears of what is kept %j, and nobody joins a read from before it", async (eventName, forgotten) => {
  const did: unknown[] = [];
  const ports = {
    kore: { unknown: () => undefined },
    provisioning: {
      watches: { wake: () => undefined },
      retireReads: () => did.push("retired"),
      forget: (accountId?: string) => did.push(accountId),
    },
  } as unknown as Pick<Context, "kore" | "provisioning" | "stateChanges">;
  await handleKoreEvents({ eventName, accountId: "acme", events: [] }, ports);
  expect(did).toEqual(["retired", ...forgotten]);
});
