import { expect, test } from "vitest";
import { progressOf } from "../../../src/kore/provisioning/progress.ts";

/** KORE sends values that its contract does not declare. */
type Detail = Parameters<typeof progressOf>[0];

const done = { "subscription-id": "a", "completion-status": "Completed" };
const failed = { "subscription-id": "b", "completion-status": "Failed" };
const open = { "subscription-id": "c", "completion-status": "Pending" };
const date = "2025-01-15T09:00:00";

test.each<[string, object | undefined, ReturnType<typeof progressOf>["end"]]>([
  ["a known final status", { status: "Completed" }, "reached"],
  ["a completed date under an unknown status", { status: "Ended", "date-completed": date }, "reached"],
  ["a completed date under a status of work", { status: "pending", "date-completed": date }, "reached"],
  ["a completed date without a status", { "date-completed": date }, "reached"],
  ["SIMs that are all done under an unknown status", { status: "Ended", subscriptions: [done, failed] }, "reached"],
  ["SIMs that are all done without a status", { subscriptions: [done, failed] }, "reached"],
  [
    "a SIM with an error message and an unknown word",
    { status: "Ended", subscriptions: [{ "completion-status": "Odd", "error-message": "no credit" }] },
    "reached",
  ],
])("B6.5 %s is an end", (_, detail, end) => {
  expect(progressOf(detail as Detail).end).toBe(end);
});

test.each<[string, object | undefined, ReturnType<typeof progressOf>["end"]]>([
  ["one SIM that is not done", { status: "Ended", subscriptions: [done, open] }, "unclear"],
  ["fewer SIMs than KORE counts", { status: "Ended", "number-of-subscriptions": 2, subscriptions: [done] }, "unclear"],
  ["a SIM with an unknown word", { status: "Ended", subscriptions: [{ "completion-status": "Odd" }] }, "unclear"],
  ["no SIMs", { status: "Ended", subscriptions: [] }, "unclear"],
  ["a date that means not set", { status: "pending", "date-completed": "0001-01-01T00:00:00" }, "not reached"],
  ["a date that means not ended", { status: "pending", "date-completed": "9999-12-31T00:00:00.000Z" }, "not reached"],
  ["a blank date", { status: "pending", "date-completed": "" }, "not reached"],
  ["no detail", undefined, "not reached"],
])("B6.6 %s is no end", (_, detail, end) => {
  expect(progressOf(detail as Detail).end).toBe(end);
});
