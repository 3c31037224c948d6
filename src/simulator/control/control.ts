import { advance, type Backend, reset, sendWebhooks, stopWebhooks } from "../backend.ts";
import { examplesOf } from "./examples.ts";
import { InvalidControlCall, parseAdvance, parseFault, parseBody, parseWebhook } from "./input.ts";
import { CONTROL_PATH } from "../http/request-handler.ts";
import { clientViews, portalUsers } from "./inspect.ts";
import { ok, type Reply } from "../http/reply.ts";
import { type Call, Router } from "../http/router.ts";
import { type WebhookOptions } from "../webhooks/options.ts";

const HELP = {
  what: "A simulated KORE. These calls steer it; none of them exists at KORE.",
  calls: {
    "GET /_simulator": "this help",
    "GET /_simulator/examples": "addresses, credentials and ids worth trying",
    "GET /_simulator/log": "requests so far, oldest first; ?last=20 for the newest 20",
    "DELETE /_simulator/log": "clear the log",
    "GET /_simulator/faults": "armed faults and how often each was applied",
    "POST /_simulator/faults": "arm one; answers its id",
    "DELETE /_simulator/faults": "disarm all",
    "DELETE /_simulator/faults/{id}": "disarm one",
    "GET /_simulator/clock": "the simulator's time",
    "POST /_simulator/clock": 'move it on: {"advanceMs": 60000}',
    "GET /_simulator/clients": "API clients with scopes, token lifetime and enabled flag, without secrets",
    "GET /_simulator/portal-users": "portal users with their accounts and roles: possible owners of clients",
    "GET /_simulator/webhooks": "the webhooks' address, and what was sent; ?last=20 for the newest 20",
    "POST /_simulator/webhooks": "send them to an address on this machine",
    "DELETE /_simulator/webhooks": "send none",
    "POST /_simulator/webhooks/flush": "send those that are held back, in reverse",
    "POST /_simulator/expire-tokens": "every token issued so far is expired",
    "POST /_simulator/reset": "seed data again; no faults, no log, clock as at the start",
  },
  faults: {
    example: {
      method: "GET",
      path: "/connectivity/v1/accounts/*/subscriptions",
      effect: "status",
      status: 429,
      retryAfter: 2,
      times: 1,
    },
    form: "one flat object: an effect with its own fields, and the requests that it applies to; without times until removed",
    match: {
      method: "GET",
      path: "/connectivity/v1/accounts/*/subscriptions (* one segment, ** any)",
      after: 0,
      times: 1,
    },
    effects: [
      { effect: "latency", ms: 500 },
      { effect: "status", status: 429, retryAfter: 2, message: "optional", processed: false },
      { effect: "drop", when: "before | after | during" },
      { effect: "truncate" },
      { effect: "html" },
      { effect: "empty" },
      { effect: "wrong-types", of: "lists | numbers | strings" },
      { effect: "unknown-enums" },
      { effect: "expire-tokens" },
    ],
  },
  webhooks: {
    url: "http://127.0.0.1:4000/webhooks/kore",
    secret: "optional; without one the signature is empty",
    callbackUrl: "optional: the address that is signed",
    copies: "optional: how many times each is sent, with one token",
    hold: "optional: so many are held back and sent in reverse",
    signWith: "optional: a wrong secret",
  },
} as const;

/** The calls under /_simulator as one function. */
export function createControl(backend: Backend): (call: Omit<Call, "params">) => Reply {
  const { log, faults, clock, webhooks } = backend;
  const router = new Router()
    .add("GET", CONTROL_PATH, () => ok(HELP))
    .add("GET", `${CONTROL_PATH}/examples`, () =>
      ok({ url: backend.url, credentials: backend.credentials, examples: examplesOf(backend) }),
    )
    .add("GET", `${CONTROL_PATH}/log`, ({ query }) => ok(log.all().slice(-last(query.get("last")))))
    .add("DELETE", `${CONTROL_PATH}/log`, () => {
      log.clear();
      return ok({ cleared: true });
    })
    .add("GET", `${CONTROL_PATH}/faults`, () => ok(faults.list()))
    .add("POST", `${CONTROL_PATH}/faults`, ({ body }) => ({
      status: 201,
      body: { id: faults.add(parseFault(parseBody(body))) },
    }))
    .add("DELETE", `${CONTROL_PATH}/faults`, () => {
      faults.clear();
      return ok({ cleared: true });
    })
    .add("DELETE", `${CONTROL_PATH}/faults/{id}`, ({ params }) =>
      faults.remove(Number(params["id"])) ? ok({ removed: true }) : { status: 404, body: { error: "no such fault" } },
    )
    .add("GET", `${CONTROL_PATH}/clock`, () => ok({ now: clock.now().toISOString() }))
    .add("POST", `${CONTROL_PATH}/clock`, ({ body }) => {
      advance(backend, parseAdvance(parseBody(body)));
      return ok({ now: clock.now().toISOString() });
    })
    .add("GET", `${CONTROL_PATH}/clients`, () => ok(clientViews(backend)))
    .add("GET", `${CONTROL_PATH}/portal-users`, () => ok(portalUsers(backend)))
    .add("GET", `${CONTROL_PATH}/webhooks`, ({ query }) =>
      ok({ to: shown(webhooks.options), deliveries: webhooks.deliveries().slice(-last(query.get("last"))) }),
    )
    .add("POST", `${CONTROL_PATH}/webhooks`, ({ body }) => {
      const given = parseWebhook(parseBody(body));
      try {
        sendWebhooks(backend, given);
      } catch (error) {
        throw error instanceof RangeError ? new InvalidControlCall(error.message) : error;
      }
      return ok({ to: shown(given) });
    })
    .add("DELETE", `${CONTROL_PATH}/webhooks`, () => {
      stopWebhooks(backend);
      return ok({ to: null });
    })
    .add("POST", `${CONTROL_PATH}/webhooks/flush`, () => {
      webhooks.flush();
      return ok({ flushed: true });
    })
    .add("POST", `${CONTROL_PATH}/expire-tokens`, () => {
      backend.auth.expireTokens();
      return ok({ expired: true });
    })
    .add("POST", `${CONTROL_PATH}/reset`, () => {
      reset(backend);
      return ok({ reset: true });
    });
  return (call) => {
    try {
      return router.answer(call) ?? { status: 404, body: { error: `no such call; see GET ${CONTROL_PATH}` } };
    } catch (error) {
      if (error instanceof InvalidControlCall) return { status: 400, body: { error: error.message } };
      throw error;
    }
  };
}

function last(value: string | null): number {
  if (value === null) return Infinity;
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new InvalidControlCall("last must be a whole number above 0");
  return Number(value);
}

/** Without the secrets. */
function shown(webhook: WebhookOptions | null): unknown {
  if (!webhook) return null;
  const { secret, signWith, accessToken, ...rest } = webhook;
  const isSigned = (signWith ?? secret) !== undefined;
  return { ...rest, isSigned, ...(accessToken !== undefined && { hasAccessToken: true }) };
}
