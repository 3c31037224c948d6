import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { type TestApp, startApp } from "../app.ts";

type Query = Readonly<Record<string, string>>;

/** The JSON of a reply; null is a 204, undefined a 404, and an empty text a 200 without a body. */
type Answer = (path: string, query: Query) => unknown;

export interface ScriptedApp extends Pick<TestApp, "graph" | "logged" | "stop"> {
  /** KORE's replies from now on. */
  answer: (answer: Answer) => void;
  /** The requests that KORE received since the last `answer`. */
  asked: () => { path: string; query: Query }[];
}

/** The real app in front of a KORE that answers as a test says. Tokens come from a simulator. */
export async function startScripted(env: Record<string, string> = {}): Promise<ScriptedApp> {
  let answer: Answer = () => undefined;
  let asked: { path: string; query: Query }[] = [];
  const server = createServer((request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://kore.example");
    const query = Object.fromEntries(searchParams);
    asked.push({ path, query });
    const body = answer(path, query);
    const status = body === undefined ? 404 : body === null ? 204 : 200;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(
      body === ""
        ? undefined
        : status === 200
          ? JSON.stringify(body)
          : status === 404
            ? `{"INFO":"not found"}`
            : undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const addresses = { KORE_CONNECTIVITY_URL: url, KORE_SMS_URL: `${url}/sms`, KORE_CLIENTS_URL: url };
  const app = await startApp({ sims: 1 }, { ...addresses, ...env });
  return {
    graph: app.graph,
    logged: () => app.logged(),
    answer: (next) => {
      answer = next;
      asked = [];
    },
    asked: () => asked,
    stop: async () => {
      await app.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
