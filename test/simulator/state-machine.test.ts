import { expect, test } from "vitest";
import { ACTIONS, next, SIM_STATES } from "../../src/simulator/state-machine.ts";

test("from each state each action leads where this table says, and nowhere else", () => {
  const table = Object.fromEntries(
    SIM_STATES.map((state) => [
      state,
      ACTIONS.flatMap((action) => {
        const to = next(action, { state, activatedAs: "active" });
        return "state" in to ? [`${action} -> ${to.state}`] : [];
      }),
    ]),
  );
  expect(table).toEqual({
    Stock: ["activate -> Active", "terminate -> Pending Scrap"],
    Active: [
      "suspend -> Suspend",
      "deactivate -> Deactivated",
      "plan-feature-change -> Active",
      "terminate -> Pending Scrap",
    ],
    Suspend: [
      "reactivate -> Active",
      "deactivate -> Deactivated",
      "plan-feature-change -> Suspend",
      "terminate -> Pending Scrap",
    ],
    "Suspend With Charge": [
      "reactivate -> Active",
      "deactivate -> Deactivated",
      "plan-feature-change -> Suspend With Charge",
      "terminate -> Pending Scrap",
    ],
    Deactivated: ["reactivate -> Active", "terminate -> Pending Scrap"],
    "Pending Scrap": [],
    Scrapped: [],
    Barred: ["terminate -> Pending Scrap"],
  });
});

test("a SIM in test or ready may be activated again, as something else", () => {
  expect(next("activate", { state: "Active", activatedAs: "test" }, "active")).toEqual({ state: "Active" });
  expect(next("activate", { state: "Active", activatedAs: "test" }, "ready")).toEqual({ state: "Active" });
  expect(next("activate", { state: "Active", activatedAs: "test" }, "test")).toHaveProperty("error");
  expect(next("activate", { state: "Active", activatedAs: "active" }, "test")).toHaveProperty("error");
});
