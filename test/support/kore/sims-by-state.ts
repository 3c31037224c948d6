import { type TestApp } from "../app.ts";

/** Variables with the ICCID of a SIM in each state that writes need. */
export async function simsByState({ graph, kore }: TestApp): Promise<Record<string, string>> {
  const sim = (state: string) =>
    `${state.toLowerCase()}: subscriptions(accountId: $id, first: 1, filter: { state: ${state} }) { nodes { iccid } }`;
  const { data } = await graph.query<Record<string, { nodes: { iccid: string }[] }>>(
    `query ($id: ID!) { ${["ACTIVE", "SUSPENDED", "DEACTIVATED"].map(sim).join(" ")} }`,
    { id: kore.examples.accountId },
  );
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([state, { nodes }]) => [`${state}Iccid`, nodes[0]?.iccid ?? ""]),
  );
}
