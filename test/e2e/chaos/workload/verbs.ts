export type Verb = "activate" | "suspend" | "reactivate" | "deactivate" | "changePlan" | "terminate";

interface VerbSpec {
  readonly mutation: string;
  /** States in which a SIM is already satisfied; for an activation, the requested state. */
  readonly satisfied: readonly string[];
  /** States from which the verb is rejected. */
  readonly invalid: readonly string[];
}

const SCRAP = ["PENDING_SCRAP", "SCRAPPED"];

/** The graph's mutations, with their documented rules about states. */
export const VERBS: Readonly<Record<Verb, VerbSpec>> = {
  activate: { mutation: mutation("activateSubscriptions"), satisfied: [], invalid: SCRAP },
  suspend: { mutation: mutation("suspendSubscriptions"), satisfied: ["SUSPENDED"], invalid: ["STOCK", ...SCRAP] },
  reactivate: { mutation: mutation("reactivateSubscriptions"), satisfied: ["ACTIVE"], invalid: ["STOCK", ...SCRAP] },
  deactivate: {
    mutation: mutation("deactivateSubscriptions"),
    satisfied: ["DEACTIVATED"],
    invalid: ["STOCK", ...SCRAP],
  },
  changePlan: { mutation: mutation("changeSubscriptionPlan"), satisfied: [], invalid: SCRAP },
  terminate: { mutation: mutation("terminateSubscriptions"), satisfied: SCRAP, invalid: [] },
};

function mutation(field: string): string {
  const input = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  return `mutation ($input: ${input}!) { order: ${field}(input: $input) {
    results { iccid outcome reason request { id } subscription { accountId id iccid state } }
    counts { submitted failed alreadySatisfied rejected unknown }
    requests { id } } }`;
}
