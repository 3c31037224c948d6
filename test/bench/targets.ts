import { isDeepStrictEqual } from "node:util";
import pMap from "p-map";
import { type Request } from "./caller.ts";
import { type Question, type Target } from "./load.ts";
import { type Operation, accountOf, questionsOf } from "./operations.ts";
import { SERVERS, type ServerName, type Servers } from "./servers.ts";

/** The questions of an operation for each server, once it is sure that all give the same answers. */
export async function targetsOf(operation: Operation, servers: Servers): Promise<Record<ServerName, Target>> {
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
  const requests: Record<ServerName, (question: number) => Request> = {
    graph: graphql({ authorization: `Bearer ${servers.apiKey}` }),
    raw: (question) => ({
      method: "GET",
      path: `${rawRoute(question)}accountId=${accountOf(operation, question)}`,
      headers: {},
      body: "",
    }),
    peer: graphql({}),
  };
  const target = async (name: ServerName): Promise<Target> => {
    const { url } = servers[name];
    const asked = Array.from({ length: questionsOf(operation) }, (_, question) => requests[name](question));
    const distinct = asked.slice(0, operation.isDistinct === true ? asked.length : 1);
    const answers = await pMap(distinct, (request) => answer(url, request), { concurrency: 8 });
    const questions = asked.map((request, index): Question => ({
      request,
      expected: answers[index % answers.length] ?? "",
    }));
    return { url, questions };
  };
  const targets = { graph: await target("graph"), raw: await target("raw"), peer: await target("peer") };
  for (let question = 0; question < (operation.isDistinct === true ? questionsOf(operation) : 1); question += 1) {
    holdToOneAnswer(
      operation,
      SERVERS.map((name) => targets[name].questions[question]?.expected ?? ""),
    );
  }
  return targets;
}

/** @param answers in the order of {@link SERVERS} */
function holdToOneAnswer({ name }: Operation, answers: readonly string[]): void {
  const [answer, ...others] = answers.map((text): unknown => JSON.parse(text));
  const isAnswer = isDeepStrictEqual(Object.keys(answer as object), ["data"]);
  if (isAnswer && others.every((other) => isDeepStrictEqual(other, answer))) return;
  const shown = SERVERS.map((server, index) => `${server}: ${answers[index]?.slice(0, 500)}`).join("\n");
  throw new Error(`${name}: the servers answer differently\n${shown}`);
}

async function answer(url: string, { method, path, headers, body }: Request): Promise<string> {
  const reply = await fetch(url + path, { method, headers, body: body === "" ? null : body });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${url}${path} answered ${reply.status}\n${text.slice(0, 500)}`);
  return text;
}
