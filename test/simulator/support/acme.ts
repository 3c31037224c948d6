import { expect } from "vitest";
import { type Simulator, type SimulatorOptions } from "../../../src/simulator/index.ts";
import { type Caller, startWithCaller } from "./harness.ts";

export const PATH = "/v1/accounts/acme/provisioning-requests";

/** An account of 50 SIMs, 29 of them Active and 7 in Stock. */
export async function startAcme(
  options: SimulatorOptions = {},
): Promise<{ kore: Simulator; caller: Caller; active: string[]; stock: string[] }> {
  const { kore, caller } = await startWithCaller({ accounts: { acme: { sims: 50, esims: "none" } }, ...options });
  const inState = (state: string): string[] =>
    kore.iccids("acme").filter((iccid) => kore.sim("acme", iccid)?.state === state);
  return { kore, caller, active: inState("Active"), stock: inState("Stock") };
}

/** Sends one action and answers the request's id. */
export async function post(caller: Caller, verb: string, body: object): Promise<string> {
  const { status, body: ack } = await caller.post(`${PATH}/${verb}`, { [verb]: body });
  expect(status).toBe(200);
  expect(ack.status).toBe("submitted");
  return ack.data["provisioning-request-id"];
}
export const sims = (...iccids: (string | undefined)[]): { subscriptions: { iccid: string }[] } => ({
  subscriptions: iccids.map((iccid) => ({ iccid: iccid ?? "" })),
});
