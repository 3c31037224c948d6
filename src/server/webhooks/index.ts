import { createHash } from "node:crypto";
import { finished } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Logger } from "../log.ts";
import { type KoreDelivery, readDelivery, UnreadableDelivery } from "./delivery.mapper.ts";
import { Once } from "./once.ts";
import { signatureCheck } from "./signature.ts";

export type { KoreDelivery };

export interface WebhookOptions {
  /** Current secret first, the previous one after it while it may still sign. */
  secrets: readonly string[];
  /** The callback address as registered at KORE: part of what is signed (query and fragment left out). */
  callbackUrl: string;
  /**
   * Remembers a text for good; false when it was remembered before. Must be atomic and durable. Called twice for each
   * delivery (see `Once`); its texts have at most 160 characters.
   */
  remember: (token: string) => Promise<boolean>;
  /** Called after the answer was sent, once per delivery; what it throws is logged. */
  onDelivery: (delivery: KoreDelivery) => void | Promise<void>;
  /** Told of each delivery what became of it. */
  onResult?: (result: DeliveryResult) => void;
  log: Logger;
}

type DeliveryResult = "accepted" | "repeated" | "unsigned" | "unreadable" | "not remembered" | "failed";

export const WEBHOOK_PATH = "/webhooks/kore";
export const MAX_DELIVERY_BYTES = 64 * 1024;
const MAX_TOKEN_LENGTH = 128;
/** How long a stop waits for work whose delivery KORE has been told is received. */
const MAX_WAIT_MS = 5_000;

const CONTENT_TYPE = "content-type";
const SIGNATURE = "kore-signature";
const TOKEN = "kore-idempotency-token";

/** All that is ever answered. A repeat reads like a first delivery, and a refusal does not say what was wrong. */
const ANSWERS = {
  200: "received",
  400: "bad request",
  401: "unauthorized",
  413: "too large",
  500: "failed",
  503: "try again", // KORE does so once, on 408, 423 and 5xx
} as const;

/**
 * `POST /webhooks/kore`: checks the signature, drops repeats, answers, and only then works.
 *
 * @throws if there is no secret or an empty one
 */
export function webhookReceiver(http: FastifyInstance, options: WebhookOptions): void {
  const { log, onResult = () => undefined } = options;
  const isSigned = signatureCheck(options.secrets, options.callbackUrl);
  const once = new Once(options.remember);
  const running = new Set<Promise<void>>();

  const work = async (token: string, delivery: KoreDelivery): Promise<void> => {
    // Side by side: neither may keep the other waiting, nor fail with it.
    const [marked, worked] = await Promise.allSettled([
      once.answered(token),
      (async () => options.onDelivery(delivery))(),
    ]);
    if (marked.status === "rejected")
      log.error({ err: marked.reason as unknown }, "a webhook's answer was not remembered");
    if (worked.status === "rejected") log.error({ err: worked.reason as unknown }, "the work of a webhook failed");
  };

  // A scope of its own: /graphql keeps its parsers, body limit and errors.
  void http.register((scope, _options, done) => {
    // What counts is what was signed: the bytes, whatever they are called. Fastify refuses a type that it cannot read.
    scope.addHook("onRequest", (request, _reply, next) => {
      request.raw.headers[CONTENT_TYPE] = undefined;
      next();
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));

    scope.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
      const status = error.statusCode ?? 500;
      onResult(status >= 500 ? "failed" : "unreadable");
      if (status >= 500) log.error({ err: error }, "a webhook could not be handled");
      return answer(reply, status === 413 ? 413 : status < 500 ? 400 : 500);
    });

    scope.addHook("onClose", async () => {
      const patience = new AbortController();
      const limit = delay(MAX_WAIT_MS, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([Promise.all(running), limit]);
      patience.abort();
    });

    scope.post(WEBHOOK_PATH, { bodyLimit: MAX_DELIVERY_BYTES }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const signature = header(request, SIGNATURE);
      if (!isSigned(body, signature)) {
        log.warn({ signature: signature === "" ? "missing" : "wrong" }, "webhook refused");
        onResult("unsigned");
        return answer(reply, 401);
      }
      let delivery: KoreDelivery;
      try {
        delivery = readDelivery(body);
      } catch (error) {
        if (!(error instanceof UnreadableDelivery)) throw error;
        log.warn({ reason: error.message }, "webhook refused");
        onResult("unreadable");
        return answer(reply, 400);
      }
      const token = tokenOf(request, body);
      let isOurs: boolean;
      try {
        isOurs = await once.take(token);
      } catch (error) {
        log.error({ err: error }, "a webhook could not be remembered");
        onResult("not remembered");
        return answer(reply, 503);
      }
      onResult(isOurs ? "accepted" : "repeated");
      if (isOurs) {
        // Also when the caller left before the answer: it is remembered now, and sending it again would be dropped.
        finished(reply.raw, () => {
          const job = work(token, delivery).finally(() => running.delete(job));
          running.add(job);
        });
      }
      return answer(reply, 200);
    });
    done();
  });
}

/**
 * That KORE's alert webhooks carry the token is not stated. Without one the body stands for it: a delivery that is sent
 * again has the same, while two events differ at least in their alert id.
 */
function tokenOf(request: FastifyRequest, body: Uint8Array): string {
  const token = header(request, TOKEN);
  if (token === "") return `body ${sha256(body)}`;
  return token.length > MAX_TOKEN_LENGTH ? `token ${sha256(token)}` : token; // Stores limit the length of a key.
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function header(request: FastifyRequest, name: string): string {
  return String(request.headers[name] ?? "");
}

function answer(reply: FastifyReply, status: keyof typeof ANSWERS): FastifyReply {
  return reply.code(status).send({ status: ANSWERS[status] });
}
