import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { post, sims, startAcme } from "./acme.ts";
import { type Caller } from "./harness.ts";

interface ReceivedWebhook {
  readonly method: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  readonly body: {
    readonly "event-name": string;
    readonly account: string;
    readonly "alert-message-date": string;
    readonly events: readonly { readonly id: number; readonly data: Readonly<Record<string, string>> }[];
  };
}

interface WebhookReceiver {
  readonly url: string;
  readonly received: ReceivedWebhook[];
  readonly close: () => void;
  /** Old and new state or status of each delivery. */
  readonly changes: () => string[];
}

export const STATE = "connectivity.subscription.state.changed";
export const REQUEST = "connectivity.provisioning.request.status.changed";
export const SECRET = "whs-secret";

/** Receives webhooks, and answers 200 by default. Closed after the test. */
export async function receiveWebhooks(
  answer: (reply: ServerResponse, nth: number) => void = (reply) => reply.end(),
): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const server = createServer((request, reply) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      received.push({
        method: request.method,
        headers: request.headers,
        text,
        body: JSON.parse(text) as ReceivedWebhook["body"],
      });
      answer(reply, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    close,
    changes: () =>
      received.map(({ body }) => {
        const data = body.events[0]?.data ?? {};
        return `${data["old-state"] ?? data["old-status"] ?? "?"} -> ${data["new-state"] ?? data["new-status"] ?? "?"}`;
      }),
  };
}

export const status = (code: number) => (reply: ServerResponse) => reply.writeHead(code).end();
export const control = (caller: Caller, method: string, path: string, body?: unknown) =>
  caller.call(method, `/_simulator/webhooks${path}`, body, { outsideContract: true });

/** One request carried out: three deliveries. */
export async function suspendOne(options: Parameters<typeof startAcme>[0] = {}) {
  const { kore, caller, active } = await startAcme(options);
  await post(caller, "suspend", sims(active[0]));
  kore.clock.advance(5_000);
  await kore.webhooks.settled();
  return { kore, caller, active };
}
