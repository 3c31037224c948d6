import { createHash } from "node:crypto";
import { finished } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { StoreUnavailable } from "../../common/store-errors.ts";
import { type Logger } from "../logging/log.ts";
import { RateLimitedLog } from "../logging/rate-limited-log.ts";
import { compacted } from "./compact.ts";
import { type KoreWebhook, readDelivery, UnreadableDelivery } from "./delivery.mapper.ts";
import { isKnownEvent } from "./events.ts";
import { DeliveryClaims } from "./once.ts";
import { createVerifier, type VerificationOptions } from "./proof.ts";

export type { KoreWebhook };

export interface WebhookOptions extends VerificationOptions {
  /**
   * Milliseconds. A delivery is refused when its own `alert-message-date` is longer ago: it is a replay. Its mark in
   * `remember` must be kept at least as long.
   *
   * @default any age
   */
  maxAge?: number | undefined;
  /**
   * Remembers a text for good; false when it was remembered before. Must be atomic and durable. Called twice for each
   * delivery (see `DeliveryClaims`); its texts have at most 160 characters.
   */
  remember: (token: string) => Promise<boolean>;
  /** Called after the answer was sent, once per delivery; what it throws is logged. */
  onWebhook: (webhook: KoreWebhook) => void | Promise<void>;
  /**
   * Where replicas share deliveries: keeps one for all of them before it is answered, in place of `remember` and
   * `onWebhook`. False when it was kept before.
   */
  publish?: ((delivery: KoreWebhook, token: string) => Promise<boolean>) | undefined;
  /** Called with the outcome of each delivery. */
  onResult?: (result: DeliveryResult) => void;
  /** Called for each accepted delivery. `event`: a known event's name, else `other`. */
  onEvents?: (event: string, count: number) => void;
  log: Logger;
}

type DeliveryResult =
  "accepted" | "repeated" | "unsigned" | "unreadable" | "too large" | "too old" | "not remembered" | "failed";

export const WEBHOOK_PATH = "/webhooks/kore";
/** Deliveries are batched by the hour or the day: 900 events were 170 KB. KORE does not repeat what is too large. */
const MAX_DELIVERY_BYTES = 4 * 1024 * 1024;
/** How long a stop waits for the work of acknowledged deliveries. */
const MAX_WAIT_MS = 5_000;
const HOUR = 3_600_000;
/** Characters of an event's name in the log. */
const MAX_LOGGED = 100;

const CONTENT_TYPE = "content-type";

/** The response bodies. A repeat gets that of a first delivery, and a refusal gives no reason. */
const ANSWERS = {
  200: "received",
  400: "bad request",
  401: "unauthorized",
  413: "too large",
  500: "failed",
  503: "try again", // KORE does so once, on 408, 423 and 5xx
} as const;

/**
 * `POST /webhooks/kore`: checks the proof, drops repeats, answers, and only then works. Every refusal is logged with its
 * reason, at most one line a reason in ten seconds.
 *
 * @throws if no proof is configured, or an empty one
 */
export function webhookReceiver(http: FastifyInstance, options: WebhookOptions): void {
  const { log, maxAge = Infinity, onResult = () => undefined, onEvents = () => undefined } = options;
  const proofOf = createVerifier(options);
  const warnings = new RateLimitedLog(log);
  const once = new DeliveryClaims(options.remember);
  const running = new Set<Promise<void>>();

  const work = async (token: string, delivery: KoreWebhook): Promise<void> => {
    // Side by side: neither may keep the other waiting, nor fail with it.
    const [marked, worked] = await Promise.allSettled([
      once.answered(token),
      (async () => options.onWebhook(delivery))(),
    ]);
    if (marked.status === "rejected")
      log.error({ err: marked.reason as unknown }, "a webhook's answer was not remembered");
    if (worked.status === "rejected") log.error({ err: worked.reason as unknown }, "the work of a webhook failed");
  };

  // A scope of its own: /graphql keeps its parsers, body limit and errors.
  void http.register((scope, _options, done) => {
    // The signature covers the bytes, whatever their content type. Fastify refuses unknown types.
    scope.addHook("onRequest", (request, _reply, next) => {
      request.raw.headers[CONTENT_TYPE] = undefined;
      next();
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));

    const reasons = new WeakMap<FastifyRequest, Record<string, unknown>>();

    const refuse = (
      request: FastifyRequest,
      reply: FastifyReply,
      { status, result, ...why }: { status: keyof typeof ANSWERS; result: DeliveryResult; reason: string },
    ): FastifyReply => {
      reasons.set(request, why);
      onResult(result);
      return answer(reply, status);
    };

    scope.setErrorHandler((error: { statusCode?: number; code?: string }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) {
        log.error({ err: error }, "a webhook could not be handled");
        return refuse(request, reply, { status: 500, result: "failed", reason: "a failure of ours" });
      }
      if (status === 413) {
        const reason = `the body is larger than ${MAX_DELIVERY_BYTES / 1024} KiB`;
        return refuse(request, reply, { status: 413, result: "too large", reason });
      }
      const reason = `the request cannot be read (${error.code ?? "no code"})`;
      return refuse(request, reply, { status: 400, result: "unreadable", reason });
    });

    // Here, since what stands before the receiver (the check of host names, limits) refuses deliveries as well.
    scope.addHook("onSend", (request, reply, payload, next) => {
      const { statusCode: status } = reply;
      if (status >= 400) {
        const unread =
          status === 421 ? "the host name is not that of the callback address" : "refused before it was read";
        const { reason = unread, ...more } = reasons.get(request) ?? {};
        warnings.warn(JSON.stringify([status, reason, more]), { status, reason, ...more }, "webhook refused");
      }
      next(null, payload);
    });

    scope.addHook("onClose", async () => {
      const patience = new AbortController();
      const limit = delay(MAX_WAIT_MS, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([Promise.all(running), limit]);
      patience.abort();
    });

    scope.post(WEBHOOK_PATH, { bodyLimit: MAX_DELIVERY_BYTES }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const { isVerified: isProven, ...proof } = proofOf(request.headers, body);
      if (!isProven) {
        return refuse(request, reply, { status: 401, result: "unsigned", reason: "neither proof is right", ...proof });
      }
      let read: ReturnType<typeof readDelivery>;
      try {
        read = readDelivery(body);
      } catch (error) {
        if (!(error instanceof UnreadableDelivery)) throw error;
        return refuse(request, reply, { status: 400, result: "unreadable", reason: error.message });
      }
      const { delivery, sentAt, versionId } = read;
      if (sentAt === undefined) {
        warnings.warn("no date", {}, "a webhook has no date that can be read: it is accepted, however old");
      } else if (Date.now() - sentAt > maxAge) {
        const reason = `its date is more than ${Math.round(maxAge / HOUR)} hours ago`;
        return refuse(request, reply, { status: 400, result: "too old", reason });
      }
      const token = markOf(body);
      let isOurs: boolean;
      try {
        isOurs = await (options.publish?.(delivery, token) ?? once.claim(token));
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) log.error({ err: error }, "a webhook could not be remembered");
        return refuse(request, reply, { status: 503, result: "not remembered", reason: "the store failed" });
      }
      onResult(isOurs ? "accepted" : "repeated");
      if (isOurs) {
        const { eventName, events } = delivery;
        const event = eventName.slice(0, MAX_LOGGED);
        onEvents(isKnownEvent(event) ? event : "other", events.length);
        log.debug({ event, versionId, events: events.length }, "webhook accepted");
        if (!isKnownEvent(event)) warnings.warn("unknown event", { event }, "a webhook has an event that is not known");
        if (options.publish) return answer(reply, 200);
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
 * A delivery that is sent again has the same body, while two alerts differ at least in their id. Only the body is proven:
 * a party that has seen a delivery can send it with another `kore-idempotency-token`, or with white space between its tokens,
 * which the signature does not cover.
 */
function markOf(body: Uint8Array): string {
  return `body ${createHash("sha256").update(compacted(body)).digest("hex")}`;
}

function answer(reply: FastifyReply, status: keyof typeof ANSWERS): FastifyReply {
  return reply.code(status).send({ status: ANSWERS[status] });
}
