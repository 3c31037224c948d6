import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type Simulator } from "../../../src/simulator/index.ts";

/** A reply that stands in for the simulator's. `"pass"`: the simulator answers. */
type Answer = "pass" | { status: number; headers?: Record<string, string>; body?: string | Buffer };

/** A proxy to a simulator whose replies a test can replace. */
export interface InterceptedKore {
  /** Every request that arrived and was no token request: "POST /v1/clients". */
  readonly arrived: string[];
  /** Replies to a request; the default passes it on. May write to the response itself and return undefined. */
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => Answer | undefined;
  /** The variables that lead an app here instead of to the simulator. */
  environment(simulator: Simulator): Record<string, string>;
  /** The simulator's reply to the request. */
  passOn(request: IncomingMessage, body: string): Promise<{ status: number; text: string }>;
  stop(): Promise<void>;
}

const HEADERS = ["authorization", "content-type", "x-api-key"];

export async function interceptKore(): Promise<InterceptedKore> {
  let target = "";
  const kore: InterceptedKore = {
    arrived: [],
    answer: () => "pass",
    environment({ urls }) {
      target = new URL(urls.connectivity).origin;
      return {
        KORE_CONNECTIVITY_URL: urls.connectivity.replace(target, own()),
        KORE_SMS_URL: urls.sms.replace(new URL(urls.sms).origin, own()),
        KORE_CLIENTS_URL: urls.clients.replace(new URL(urls.clients).origin, own()),
      };
    },
    async passOn({ method = "GET", url = "/", headers: given }, body) {
      const headers = HEADERS.flatMap((name): [string, string][] =>
        typeof given[name] === "string" ? [[name, given[name]]] : [],
      );
      const reply = await fetch(target + url, { method, headers, ...(body !== "" && { body }) });
      return { status: reply.status, text: await reply.text() };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      kore.arrived.push(`${request.method} ${request.url?.replace(/^\/connectivity|\?.*$/g, "")}`);
      const answer = kore.answer(request, response, body);
      if (answer === undefined) return;
      if (answer === "pass") {
        const passed = await kore.passOn(request, body);
        response.writeHead(passed.status, { "content-type": "application/json" }).end(passed.text);
      } else response.writeHead(answer.status, answer.headers).end(answer.body);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const own = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return kore;
}
