import { type TestApp, startApp } from "../support/app.ts";

export const ACCOUNT = "cmp-pp-org-4100";

export interface Sim {
  id: string;
  iccid: string;
  apns: { apnId: string; ipAddress: string }[];
}

/** The graph, with two SIMs that share an APN and have an address each. */
export async function startGraphWithSharedApn(): Promise<{ app: TestApp; sims: [Sim, Sim] }> {
  const app = await startApp({}, { CACHE_SECONDS: "0" });
  const { data } = await app.graph.query<{ subscriptions: { nodes: Sim[] } }>(
    `{ subscriptions(accountId: "${ACCOUNT}", first: 100) { nodes { id iccid apns { apnId ipAddress } } } }`,
  );
  const all = data?.subscriptions.nodes ?? [];
  for (const one of all) {
    const other = all.find((sim) => sim !== one && sim.apns[0] && sim.apns[0].apnId === one.apns[0]?.apnId);
    if (!other || other.apns[0]?.ipAddress === one.apns[0]?.ipAddress) continue;
    app.kore.clearLog();
    return { app, sims: [one, other] };
  }
  throw new Error("the simulator has no such SIMs");
}
