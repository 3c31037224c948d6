import { createHash } from "node:crypto";
import { type ServerResponse } from "node:http";
import Fastify, { type FastifyInstance } from "fastify";
import { afterTest } from "../../support/vitest/cleanup.ts";
import { type KoreWebhook, webhookContract } from "../../../src/kore/index.ts";
import { createLog } from "../../../src/server/logging/log.ts";
import { type WebhookOptions, webhookReceiver } from "../../../src/server/webhooks/receiver.ts";

export const SECRET = "the-current-secret";
export const CALLBACK = "https://graph.example/webhooks/kore";

export const ALERT = {
  "alert-id": 881,
  "alert-message-date": "2025-01-15T09:00:02Z",
  "rule-id": 31,
  "rule-name": "SIM state changed",
  "event-name": "connectivity.subscription.state.changed",
  account: "cmp-pp-org-310",
  events: [
    {
      id: 7,
      data: {
        "subscription-id": "cmp-k1-subscription-1000000001",
        "new-state": "Suspend",
        "old-state": "Active",
        "exact-date-time": "2025-01-15T09:00:02Z",
      },
    },
  ],
};
export const BODY = JSON.stringify(ALERT);
export const READ: KoreWebhook = {
  eventName: "connectivity.subscription.state.changed",
  accountId: "cmp-pp-org-310",
  alert: { id: "881", ruleId: "31", ruleName: "SIM state changed", sentAt: Date.parse("2025-01-15T09:00:02Z") },
  events: [{ id: "7", data: ALERT.events[0]?.data ?? {} }],
};

export const sign = (body: string | Uint8Array, secret = SECRET, address = CALLBACK) =>
  createHash("sha256").update(`${secret}POST${address}`).update(body).digest("hex");

interface Receiver {
  url: string;
  /** Events that the handler was called with. */
  handled: KoreWebhook[];
  /** Stored tokens, in order. */
  remembered: string[];
  logged: () => string;
  http: FastifyInstance;
  /** Sends a body, with a valid signature by default. */
  send: (body?: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>) => Promise<Response>;
}

/** A receiver in a server with a host check and an error handler, as the real one has. */
export async function startReceiver(
  { secrets = [SECRET], ...options }: Partial<WebhookOptions> & { secrets?: string[] } = {},
  onReply: (raw: ServerResponse) => void = () => undefined,
): Promise<Receiver> {
  const http = Fastify({ bodyLimit: 512 * 1024 });
  afterTest(() => http.close());
  http.addHook("onRequest", async (request, reply) => {
    onReply(reply.raw);
    if (request.hostname !== "127.0.0.1") await reply.code(421).send({ errors: [] });
  });
  http.setErrorHandler((_error, _request, reply) => reply.code(500).send("not the receiver's"));
  http.post("/graphql", (request) => ({ got: request.body }));
  const lines: string[] = [];
  const handled: KoreWebhook[] = [];
  const remembered: string[] = [];
  webhookReceiver(http, {
    contract: webhookContract({ secrets, callbackUrl: CALLBACK }),
    callbackUrl: CALLBACK,
    remember: (token) => {
      const isNew = !remembered.includes(token);
      if (isNew) remembered.push(token);
      return Promise.resolve(isNew);
    },
    onWebhook: (webhook) => void handled.push(webhook),
    log: createLog("trace", { write: (line) => void lines.push(line) }),
    ...options,
  });
  const url = await http.listen({ host: "127.0.0.1", port: 0 });
  return {
    url,
    handled,
    remembered,
    http,
    logged: () => lines.join(""),
    send: (body = BODY, headers = {}) =>
      fetch(`${url}/webhooks/kore`, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json",
          "kore-signature": sign(body),
          "kore-idempotency-token": "token-1",
          ...headers,
        },
      }),
  };
}

export const outcome = async (reply: Response): Promise<unknown[]> => [reply.status, (await reply.json()) as unknown];
export const RECEIVED = [200, { status: "received" }];
export const REFUSED = [401, { status: "unauthorized" }];
export const BAD = [400, { status: "bad request" }];
