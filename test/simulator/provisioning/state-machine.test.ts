import { expect, test } from "vitest";
import { ACTIONS, next, SIM_STATES } from "../../../src/simulator/state-machine.ts";

test("from each state each action leads where this table says, and nowhere else", () => {
  const table = Object.fromEntries(
    SIM_STATES.map((state) => [
      state,
      ACTIONS.flatMap((action) => {
        const to = next(action, state);
        return "state" in to ? [`${action} -> ${to.state}`] : [];
      }),
    ]),
  );
  expect(table).toEqual({
    Stock: ["activate -> Active", "terminate -> Pending Scrap"],
    Test: [
      "activate -> Active",
      "suspend -> Suspend",
      "deactivate -> Deactivated",
      "plan-feature-change -> Test",
      "terminate -> Pending Scrap",
    ],
    Ready: [
      "activate -> Active",
      "suspend -> Suspend",
      "deactivate -> Deactivated",
      "plan-feature-change -> Ready",
      "terminate -> Pending Scrap",
    ],
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

test("A1.5 a SIM in Test or Ready may be activated again as something else, an Active one may not", () => {
  const leads = (from: (typeof SIM_STATES)[number]) =>
    (["test", "ready", "active"] as const).map((wanted) => {
      const to = next("activate", from, wanted);
      return "state" in to ? to.state : null;
    });
  expect(leads("Stock")).toEqual(["Test", "Ready", "Active"]);
  expect(leads("Test")).toEqual([null, "Ready", "Active"]);
  expect(leads("Ready")).toEqual(["Test", null, "Active"]);
  expect(leads("Active")).toEqual([null, null, null]);
});
