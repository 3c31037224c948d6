/** KORE's eight SIM states, in KORE's spelling. */
export const SIM_STATES = [
  "Stock",
  "Active",
  "Suspend",
  "Suspend With Charge",
  "Deactivated",
  "Pending Scrap",
  "Scrapped",
  "Barred",
] as const;
export type SimState = (typeof SIM_STATES)[number];

export const ACTIONS = ["activate", "suspend", "reactivate", "deactivate", "plan-feature-change", "terminate"] as const;
export type Action = (typeof ACTIONS)[number];

interface Transition {
  readonly from: readonly SimState[];
  /** null: the action leaves the state alone. */
  readonly to: SimState | null;
}

/**
 * OURS: KORE names the states and the actions, not which action accepts which state nor where it leads. This table is
 * inferred from the names. No action leads to "Barred", nor to "Suspend With Charge", since the body of suspend has no
 * field to ask for it; seeded SIMs show both.
 */
const TRANSITIONS: Readonly<Record<Action, Transition>> = {
  activate: { from: ["Stock"], to: "Active" },
  suspend: { from: ["Active"], to: "Suspend" },
  reactivate: { from: ["Suspend", "Suspend With Charge", "Deactivated"], to: "Active" },
  deactivate: { from: ["Active", "Suspend", "Suspend With Charge"], to: "Deactivated" },
  "plan-feature-change": { from: ["Active", "Suspend", "Suspend With Charge"], to: null },
  terminate: {
    from: ["Stock", "Active", "Suspend", "Suspend With Charge", "Deactivated", "Barred"],
    to: "Pending Scrap",
  },
};

/**
 * How a SIM was activated. OURS: KORE's request takes active, test and ready while its states have no counterpart for
 * the latter two, so all three show as "Active", and a SIM in test or ready may be activated once more, as active.
 */
export type ActivationState = "active" | "test" | "ready";

/** Where the action leads, or why it does not apply. */
export function next(
  action: Action,
  sim: { readonly state: SimState; readonly activatedAs: ActivationState },
  wanted: ActivationState = "active",
): { readonly state: SimState } | { readonly error: string } {
  const { from, to } = TRANSITIONS[action];
  if (action === "activate" && sim.state === "Active" && sim.activatedAs !== "active" && wanted !== sim.activatedAs)
    return { state: "Active" };
  if (!from.includes(sim.state)) return { error: `${action} is not allowed in SIM state ${sim.state}` };
  return { state: to ?? sim.state };
}
