import { hash } from "node:crypto";
import { type IncomingHttpHeaders } from "node:http";
import { finished } from "node:stream";
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { within } from "../../common/within.ts";
import { StoreUnavailable } from "../../common/store/store-errors.ts";
import { type Logger } from "../logging/log.ts";
import { RateLimitedLog } from "../logging/rate-limited-log.ts";
import { WebhookClaims } from "./webhook-claims.ts";

interface KoreWebhook {
  eventName: string;
  accountId: string | null;
  events: { id: string | null; data: Record<string, unknown> }[];
}

/** KORE's contract of webhooks. */
interface WebhookContract {
  verify: (
    headers: IncomingHttpHeaders,
    body: Uint8Array,
  ) => { isVerified: boolean; signature: string; accessToken: string };
  parse: (
    body: Uint8Array,
  ) => { webhook: KoreWebhook; sentAt: number | undefined; versionId: string | null } | { problem: string };
  /** The form in which a repetition has the same bytes. */
  canonicalJson: (body: Uint8Array) => Uint8Array;
  isKnownEvent: (eventName: string) => boolean;
}

export interface WebhookOptions {
  contract: WebhookContract;
  /** Address at which KORE calls. Its host name passes the host check. */
  callbackUrl: string;
  /**
   * A webhook is refused as a replay when its own `alert-message-date` is longer ago. `remember` must keep its tokens at
   * least as long. Milliseconds.
   *
   * @default any age
   */
  maxAge?: number | undefined;
  /**
   * Stores a token; false when it was stored before. Must be atomic and durable. Called twice for each webhook, see
   * {@link WebhookClaims}. Tokens have at most 160 characters.
   */
  remember: (token: string) => Promise<boolean>;
  /** Called after the response was sent, once for each webhook. Errors are logged. */
  onWebhook: (webhook: KoreWebhook) => void | Promise<void>;
  /**
   * Replaces `remember` and `onWebhook` where replicas share webhooks: stores one for all replicas before it is
   * acknowledged. False when it was stored before.
   */
  publish?: ((webhook: KoreWebhook, token: string) => Promise<boolean>) | undefined;
  /** Called with the outcome of each webhook. */
  onResult?: (result: WebhookResult) => void;
  /** Called for each accepted webhook. `event`: a known event's name, else `other`; `count`: its events. */
  onAccepted?: (event: string, count: number) => void;
  log: Logger;
}

type WebhookResult =
  "accepted" | "repeated" | "unsigned" | "unreadable" | "too large" | "too old" | "not remembered" | "failed";

export const WEBHOOK_PATH = "/webhooks/kore";
/** KORE batches events by the hour or the day: 900 events were 170 KB. KORE does not resend after a 413. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** How long a stop waits for handlers of acknowledged webhooks. */
const MAX_WAIT_MS = 5_000;
const HOUR = 3_600_000;
/** Characters of an event's name in the log. */
const MAX_LOGGED = 100;

const CONTENT_TYPE = "content-type";

/** Response bodies. A repetition gets the body of the first, and a refusal states no reason. */
const RESPONSES = {
  200: "received",
  400: "bad request",
  401: "unauthorized",
  413: "too large",
  500: "failed",
  503: "try again", // KORE resends once, on 408, 423 and 5xx.
} as const;

/**
 * `POST /webhooks/kore`: verifies, drops repetitions, responds, then calls the handler. Every refusal is logged with its
 * reason, at most one line per reason in ten seconds.
 */
export function webhookReceiver(http: FastifyInstance, options: WebhookOptions): void {
  const { contract, log, maxAge = Infinity, onResult = () => undefined, onAccepted = () => undefined } = options;
  const warnings = new RateLimitedLog(log);
  const claims = new WebhookClaims(options.remember);
  const running = new Set<Promise<void>>();

  const handle = async (token: string, webhook: KoreWebhook): Promise<void> => {
    // Concurrently: a slow or failed acknowledgement must not affect the handler, nor the reverse.
    const [acknowledged, handled] = await Promise.allSettled([
      claims.acknowledge(token),
      (async () => options.onWebhook(webhook))(),
    ]);
    if (acknowledged.status === "rejected")
      log.error({ err: acknowledged.reason as unknown }, "the acknowledgement of a webhook could not be stored");
    if (handled.status === "rejected") log.error({ err: handled.reason as unknown }, "a webhook's handler failed");
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
      { status, result, ...why }: { status: keyof typeof RESPONSES; result: WebhookResult; reason: string },
    ): FastifyReply => {
      reasons.set(request, why);
      onResult(result);
      return respond(reply, status);
    };

    scope.setErrorHandler((error: { statusCode?: number; code?: string }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) {
        log.error({ err: error }, "a webhook could not be handled");
        return refuse(request, reply, { status: 500, result: "failed", reason: "internal error" });
      }
      if (status === 413) {
        const reason = `the body is larger than ${MAX_BODY_BYTES / 1024} KiB`;
        return refuse(request, reply, { status: 413, result: "too large", reason });
      }
      const reason = `the request cannot be read (${error.code ?? "no code"})`;
      return refuse(request, reply, { status: 400, result: "unreadable", reason });
    });

    // In a hook, because the host check and limits refuse webhooks before the route's handler.
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
      await within(MAX_WAIT_MS, Promise.all(running), undefined);
    });

    scope.post(WEBHOOK_PATH, { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const { isVerified, ...checks } = contract.verify(request.headers, body);
      if (!isVerified) {
        const reason = "neither signature nor access token is valid";
        return refuse(request, reply, { status: 401, result: "unsigned", reason, ...checks });
      }
      const parsed = contract.parse(body);
      if ("problem" in parsed) {
        return refuse(request, reply, { status: 400, result: "unreadable", reason: parsed.problem });
      }
      const { webhook, sentAt, versionId } = parsed;
      if (sentAt === undefined) {
        warnings.warn("no date", {}, "a webhook has no readable date: it is accepted, whatever its age");
      } else if (Date.now() - sentAt > maxAge) {
        const reason = `its date is more than ${Math.round(maxAge / HOUR)} hours ago`;
        return refuse(request, reply, { status: 400, result: "too old", reason });
      }
      const token = tokenOf(contract.canonicalJson(body));
      let isNew: boolean;
      try {
        isNew = await (options.publish?.(webhook, token) ?? claims.claim(token));
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) log.error({ err: error }, "a webhook could not be stored");
        return refuse(request, reply, { status: 503, result: "not remembered", reason: "the store failed" });
      }
      onResult(isNew ? "accepted" : "repeated");
      if (!isNew) return respond(reply, 200);

      const event = webhook.eventName.slice(0, MAX_LOGGED);
      const isKnown = contract.isKnownEvent(event);
      onAccepted(isKnown ? event : "other", webhook.events.length);
      log.debug({ event, versionId, events: webhook.events.length }, "webhook accepted");
      if (!isKnown) warnings.warn("unknown event", { event }, "a webhook has an unknown event name");
      if (!options.publish) {
        // Also when the caller has disconnected: the claim is stored, so a repetition would be dropped.
        finished(reply.raw, () => {
          const job = handle(token, webhook).finally(() => running.delete(job));
          running.add(job);
        });
      }
      return respond(reply, 200);
    });
    done();
  });
}

/**
 * Deduplication token: a digest of the body, which is equal in repetitions, while two alerts differ in their id. Headers
 * are not verified: an observer could resend a webhook with another `kore-idempotency-token`, or with other white space
 * between JSON tokens, which the signature does not cover.
 */
function tokenOf(canonicalBody: Uint8Array): string {
  return `body ${hash("sha256", canonicalBody, "hex")}`;
}

function respond(reply: FastifyReply, status: keyof typeof RESPONSES): FastifyReply {
  return reply.code(status).send({ status: RESPONSES[status] });
}
