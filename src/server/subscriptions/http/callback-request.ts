import * as z from "zod";
import { type Caller } from "../../../graph/index.ts";
import { type Operation } from "../apollo-admission.ts";

/** Where a router takes the events of one subscription. */
export interface Callback {
  readonly url: string;
  readonly id: string;
  readonly verifier: string;
  /** The router ends the subscription when no `check` arrives within this time; 0: it does not. Milliseconds. */
  readonly heartbeatMs: number;
}

type Refusal = readonly [status: number, code: string, message: string];

/** Shorter intervals would be load without use. Milliseconds. */
const MIN_HEARTBEAT_MS = 1000;

const heartbeatRule = `must be 0, or a whole number of ${MIN_HEARTBEAT_MS} or more`;
const text = (most: number) => {
  const rule = `must be a text of 1 to ${most} characters`;
  return z.string(rule).min(1, rule).max(most, rule);
};

const SUBSCRIPTION = z.object(
  {
    callbackUrl: text(2048),
    subscriptionId: text(256),
    verifier: text(1024),
    heartbeatIntervalMs: z
      .int(heartbeatRule)
      .refine((value) => value === 0 || value >= MIN_HEARTBEAT_MS, heartbeatRule)
      .default(5000),
  },
  "must be an object",
);

/**
 * The callback that a router asks for. Requests are sent to it, so only a router that has authenticated itself may name one,
 * and only at a listed origin, which is compared after parsing.
 *
 * @param origins undefined: callbacks are off
 */
export function callbackIn(
  { extensions }: Operation,
  caller: Caller,
  origins: ReadonlySet<string> | undefined,
): Callback | { refusal: Refusal } {
  if (!origins) {
    return refused(
      400,
      "Subscriptions by callbacks are off: SUBSCRIPTION_CALLBACK_ORIGINS lists the origins of routers",
    );
  }
  if (!caller.isRouted) return refused(403, "Subscriptions by callbacks are for a router that authenticates itself");
  const { data, error } = SUBSCRIPTION.safeParse(extensions?.subscription);
  if (!data) {
    const [issue] = error.issues;
    const path = ["extensions", "subscription", ...(issue?.path ?? [])].join(".");
    return refused(400, `${path}: ${issue?.message ?? "is invalid"}`);
  }
  const { callbackUrl, subscriptionId: id, verifier, heartbeatIntervalMs: heartbeatMs } = data;
  const url = URL.canParse(callbackUrl) ? new URL(callbackUrl) : undefined;
  if (!url || url.username + url.password !== "" || !origins.has(url.origin)) {
    const message =
      "extensions.subscription.callbackUrl: must be an address at an origin of SUBSCRIPTION_CALLBACK_ORIGINS";
    return refused(403, message);
  }
  return { url: url.href, id, verifier, heartbeatMs };
}

const refused = (status: 400 | 403, message: string): { refusal: Refusal } => ({
  refusal: [status, status === 403 ? "FORBIDDEN" : "BAD_REQUEST", message],
});
