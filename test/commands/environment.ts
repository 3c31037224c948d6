import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { afterFile } from "../support/vitest/cleanup.ts";

/** A graph with a simulator of its own, each on any free port. */
export const SIMULATOR = { KORE_MODE: "simulator", PORT: "0", SIMULATOR_PORT: "0" };

/** A simulator that stops after the tests of the file. */
export async function start(): Promise<Simulator> {
  const simulator = await startSimulator({ clock: "manual" });
  afterFile(() => simulator.stop());
  return simulator;
}

/** A port that stays taken until the tests of the file have ended. */
export async function takenPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterFile(() => server.close());
  return String((server.address() as AddressInfo).port);
}

export function post(url: string, query: string, variables: Record<string, unknown> = {}): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
}
