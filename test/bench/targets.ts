import { isDeepStrictEqual } from "node:util";
import { type Target } from "./load.ts";
import { type Operation, accountOf } from "./operations.ts";
import { SERVERS, type ServerName, type Servers } from "./servers.ts";

/** How each server is asked for an operation, once it is sure that all give the same answer. */
export async function targetsOf(operation: Operation, servers: Servers): Promise<Record<ServerName, Target>> {
  const graphql = (headers: Readonly<Record<string, string>>): Target["request"] => {
    const { query, variables } = operation;
    return (accountId) => ({
      method: "POST",
      path: "/graphql",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query, variables: { accountId, ...variables } }),
    });
  };
  const requests: Record<ServerName, Target["request"]> = {
    graph: graphql({ authorization: `Bearer ${servers.apiKey}` }),
    raw: (accountId) => ({ method: "GET", path: `${operation.rawRoute}accountId=${accountId}`, headers: {}, body: "" }),
    peer: graphql({}),
  };
  const target = async (name: ServerName): Promise<Target> => {
    const { url } = servers[name];
    return { url, request: requests[name], expected: await answer(url, requests[name](accountOf(operation, 0))) };
  };
  const targets = { graph: await target("graph"), raw: await target("raw"), peer: await target("peer") };
  holdToOneAnswer(operation, targets);
  return targets;
}

function holdToOneAnswer({ name }: Operation, targets: Record<ServerName, Target>): void {
  const [answer, ...others] = SERVERS.map((server): unknown => JSON.parse(targets[server].expected));
  const isAnswer = isDeepStrictEqual(Object.keys(answer as object), ["data"]);
  if (isAnswer && others.every((other) => isDeepStrictEqual(other, answer))) return;
  const shown = SERVERS.map((server) => `${server}: ${targets[server].expected.slice(0, 500)}`).join("\n");
  throw new Error(`${name}: the servers answer differently\n${shown}`);
}

async function answer(url: string, { method, path, headers, body }: ReturnType<Target["request"]>): Promise<string> {
  const reply = await fetch(url + path, { method, headers, body: body === "" ? null : body });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${url}${path} answered ${reply.status}\n${text.slice(0, 500)}`);
  return text;
}
