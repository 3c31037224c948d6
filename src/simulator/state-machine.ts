/** KORE's SIM states in the order of its life cycle, spelled as in its API. */
export const SIM_STATES = [
  "Stock",
  "Test",
  "Ready",
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

/** `activation-state` of an activation. */
export type ActivationState = "active" | "test" | "ready";

const ACTIVATED: Readonly<Record<ActivationState, SimState>> = { active: "Active", test: "Test", ready: "Ready" };

interface Transition {
  readonly from: readonly SimState[];
  /** null: the action leaves the state alone, or the request names the state. */
  readonly to: SimState | null;
}

const IN_SERVICE = ["Test", "Ready", "Active"] as const;
const SUSPENDED = ["Suspend", "Suspend With Charge"] as const;

/**
 * OURS: KORE names states and actions, but not the transitions. This table is inferred from the names. A SIM in Test or Ready is in service, as an Active one is, and may be activated as something
 * else. No action leads to "Barred", nor to "Suspend With Charge", since the body of suspend has no field to ask for it;
 * seeded SIMs show both.
 */
const TRANSITIONS: Readonly<Record<Action, Transition>> = {
  activate: { from: ["Stock", "Test", "Ready"], to: null },
  suspend: { from: IN_SERVICE, to: "Suspend" },
  reactivate: { from: [...SUSPENDED, "Deactivated"], to: "Active" },
  deactivate: { from: [...IN_SERVICE, ...SUSPENDED], to: "Deactivated" },
  "plan-feature-change": { from: [...IN_SERVICE, ...SUSPENDED], to: null },
  terminate: { from: ["Stock", ...IN_SERVICE, ...SUSPENDED, "Deactivated", "Barred"], to: "Pending Scrap" },
};

/** The state after an action, or why the action does not apply. */
export function next(
  action: Action,
  state: SimState,
  wanted: ActivationState = "active",
): { readonly state: SimState } | { readonly error: string } {
  const { from, to } = TRANSITIONS[action];
  const target = action === "activate" ? ACTIVATED[wanted] : (to ?? state);
  if (!from.includes(state) || (action === "activate" && target === state))
    return { error: `${action} is not allowed in SIM state ${state}` };
  return { state: target };
}
