import { isDeepStrictEqual } from "node:util";
import { type Target } from "./load.ts";
import { type Operation } from "./operations.ts";
import { type Servers } from "./servers.ts";

export type ServerName = "graph" | "raw";

/** How each server is asked for an operation, once it is sure that both give the same answer. */
export async function targetsOf(operation: Operation, servers: Servers): Promise<Record<ServerName, Target>> {
  const graph = await target(servers.graph, (accountId) => ({
    method: "POST",
    path: "/graphql",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: operation.query, variables: { accountId, ...operation.variables } }),
  }));
  const raw = await target(servers.raw, (accountId) => ({
    method: "GET",
    path: `${operation.rawRoute}accountId=${accountId}`,
  }));
  const answer: unknown = JSON.parse(graph.expected);
  const isAnswer = isDeepStrictEqual(Object.keys(answer as object), ["data"]);
  if (!isAnswer || !isDeepStrictEqual(answer, JSON.parse(raw.expected))) {
    const shown = [graph.expected, raw.expected].map((text) => text.slice(0, 500)).join("\n");
    throw new Error(`${operation.name}: the servers answer differently, graph first\n${shown}`);
  }
  return { graph, raw };
}

async function target(url: string, request: Target["request"]): Promise<Target> {
  const { method, path, headers, body } = request("acme");
  const reply = await fetch(url + path, { method, headers: headers ?? {}, body: body ?? null });
  const expected = await reply.text();
  if (!reply.ok) throw new Error(`${url}${path} answered ${reply.status}\n${expected.slice(0, 500)}`);
  return { url, request, expected };
}
