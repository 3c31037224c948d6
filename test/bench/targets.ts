import { isDeepStrictEqual } from "node:util";
import pMap from "p-map";
import { type Request } from "./caller.ts";
import { type Target } from "./load.ts";
import { type Operation, accountOf, questionsOf } from "./operations.ts";
import { type ByServer, type ServerName, type Servers, byServer } from "./servers.ts";

/** The questions of an operation for each server, once it is sure that all give the same answers. */
export async function targetsOf(operation: Operation, servers: Servers): Promise<ByServer<Target>> {
  const { query, variables, rawRoute } = operation;
  const graphql =
    (headers: Readonly<Record<string, string>>) =>
    (question: number): Request => ({
      method: "POST",
      path: "/graphql",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({
        query,
        variables: { accountId: accountOf(operation, question), ...variables(question) },
      }),
    });
  const raw = (question: number): Request => ({
    method: "GET",
    path: `${rawRoute(question)}accountId=${accountOf(operation, question)}`,
    headers: {},
    body: "",
  });
  const requestsOf = (name: ServerName) => {
    if (name === "raw") return raw;
    return graphql(name === "graph" ? { authorization: `Bearer ${servers.apiKey}` } : {});
  };
  const distinct = operation.isDistinct === true ? questionsOf(operation) : 1;
  const targets = await byServer(servers.names, async (name): Promise<Target> => {
    const url = servers[name]?.url ?? "";
    const asked = Array.from({ length: questionsOf(operation) }, (_, question) => requestsOf(name)(question));
    const answers = await pMap(asked.slice(0, distinct), (request) => answer(url, request), { concurrency: 8 });
    return {
      url,
      questions: asked.map((request, index) => ({ request, expected: answers[index % distinct] ?? "" })),
    };
  });
  for (let question = 0; question < distinct; question += 1) {
    holdToOneAnswer(
      operation,
      servers.names.map((name) => [name, targets[name]?.questions[question]?.expected ?? ""]),
    );
  }
  return targets;
}

function holdToOneAnswer({ name }: Operation, texts: readonly (readonly [ServerName, string])[]): void {
  const [answer, ...others] = texts.map(([, text]): unknown => JSON.parse(text));
  const isAnswer = isDeepStrictEqual(Object.keys(answer as object), ["data"]);
  if (isAnswer && others.every((other) => isDeepStrictEqual(other, answer))) return;
  const shown = texts.map(([server, text]) => `${server}: ${text.slice(0, 500)}`).join("\n");
  throw new Error(`${name}: the servers answer differently\n${shown}`);
}

/** The body of the reply. */
export async function answer(url: string, { method, path, headers, body }: Request): Promise<string> {
  const reply = await fetch(url + path, { method, headers, body: body === "" ? null : body });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${url}${path} answered ${reply.status}\n${text.slice(0, 500)}`);
  return text;
}
