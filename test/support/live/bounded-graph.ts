import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { type ConnectionLimits } from "../../../src/server/http/connections/index.ts";
import { type SubscriptionLimits } from "../../../src/server/subscriptions/index.ts";
import { Telemetry } from "../../../src/server/telemetry/index.ts";
import { Metrics } from "../../../src/server/telemetry/metrics.ts";
import { type ToyGraph, startToyGraph } from "./toy-graph.ts";

export type BoundedGraph = ToyGraph & { refused(): Promise<Record<string, number>> };

/** A toy graph with limits of connections, and what it refused by reason. */
export async function startBounded(
  connectionLimits: Partial<ConnectionLimits>,
  others: NonNullable<Parameters<typeof startToyGraph>[1]> = {},
  liveLimits: Partial<SubscriptionLimits> = {},
): Promise<BoundedGraph> {
  const metrics = new Metrics();
  const toy = await startToyGraph(liveLimits, { telemetry: new Telemetry({ metrics }), connectionLimits, ...others });
  return Object.assign(toy, {
    async refused() {
      const lines = (await metrics.text()).matchAll(/^kore_graph_connections_refused_total\{reason="(\w+)"\} (\d+)/gm);
      return Object.fromEntries([...lines].map(([, reason = "", count]) => [reason, Number(count)]));
    },
  });
}

export async function tcp({
  url,
}: ToyGraph): Promise<{ socket: Socket; closed: Promise<unknown>; received: () => string }> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => undefined);
  const closed = once(socket, "close");
  await Promise.race([once(socket, "connect"), closed]);
  let received = "";
  socket.on("data", (data) => (received += data.toString()));
  return { socket, closed, received: () => received };
}
