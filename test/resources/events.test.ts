import { expect, test } from "vitest";
import { type Context, hearKore } from "../../src/resources/index.ts";

test("an event that cannot be read costs only itself, and is told of at the end", () => {
  const told: string[] = [];
  const ports = {
    kore: { unknown: () => undefined },
    provisioning: { watches: { wake: () => undefined } },
    stateChanges: { publish: (_: string, { subscriptionId }: { subscriptionId: string }) => told.push(subscriptionId) },
  } as unknown as Pick<Context, "kore" | "provisioning" | "stateChanges">;
  const event = (id: string) => ({ data: { "subscription-id": id, "new-state": "Active", "old-state": "Stock" } });
  const delivery = {
    eventName: "connectivity.subscription.state.changed",
    accountId: "acme",
    events: [event("one"), { data: {} }, event("two")],
  };
  let thrown: unknown;
  try {
    hearKore(delivery, ports);
  } catch (error) {
    thrown = error;
  }
  expect(told).toEqual(["one", "two"]);
  expect(thrown).toBeInstanceOf(AggregateError);
  expect((thrown as AggregateError).message).toBe("1 of 3 events of a delivery could not be read");
  expect((thrown as AggregateError).cause).toBe((thrown as AggregateError).errors[0]);
});
