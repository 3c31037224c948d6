import crypto from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type IncomingMessage } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { bearer, keysFile } from "../../support/auth.ts";

/** How often our files ask something of the clock, crypto or a request's headers. */
const asked = new Map<string, number>();
let isCounting = false;

/** Counts what the file asks that has called the counting function. Libraries and the simulator do not count. */
function count(what: string): void {
  const [, , , caller = ""] = new Error().stack?.split("\n") ?? [];
  const [, file = ""] = /\/src\/([^:)]+)/.exec(caller) ?? [];
  if (file === "" || file.startsWith("simulator/")) return;
  const key = `${what} in ${file}`;
  asked.set(key, (asked.get(key) ?? 0) + 1);
}

const restores: (() => void)[] = [];

/** Replaces a function by one that counts its calls. */
function wrap(of: object, name: string): void {
  const original = Reflect.get(of, name) as (...args: unknown[]) => unknown;
  const counting = (...args: unknown[]): unknown => {
    if (isCounting) count(name);
    return Reflect.apply(original, of, args);
  };
  Object.assign(of, { [name]: Object.assign(counting, original) });
  restores.push(() => Object.assign(of, { [name]: original }));
}

/** Replaces the headers of requests by ones that count each name that is read. */
function wrapHeaders(): void {
  const onRequest = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    const value = new Proxy(request.headers, {
      get(target, name) {
        if (isCounting) count(`header ${String(name)}`);
        return Reflect.get(target, name) as unknown;
      },
    });
    Object.defineProperty(request, "headers", { value });
  };
  subscribe("http.server.request.start", onRequest);
  restores.push(() => unsubscribe("http.server.request.start", onRequest));
}

let app: TestApp;
let key: string;

beforeAll(async () => {
  const file = await keysFile({ name: "counted", role: "operator", accounts: "*" });
  [key = ""] = file.keys;
  for (const name of ["hash", "createHash", "createHmac", "randomBytes", "randomUUID", "randomFillSync"]) {
    wrap(crypto, name);
  }
  syncBuiltinESMExports();
  wrap(performance, "now");
  wrap(Date, "now");
  wrap(process, "hrtime");
  wrapHeaders();
  app = await startApp({ accounts: { acme: { sims: 3 } } }, { AUTH_API_KEYS_FILE: file.path, LOG_LEVEL: "info" });
});

afterAll(async () => {
  for (const restore of restores) restore();
  syncBuiltinESMExports();
  await app.stop();
});

test("an answer of one SIM on the fast path asks clock, crypto and headers once for each purpose", async () => {
  const iccids = app.kore.iccids("acme");
  const query = `query One($iccid: ICCID!) { subscription(accountId: "acme", iccid: $iccid) { iccid state } }`;
  const ask = async (iccid: string | undefined): Promise<unknown> =>
    (await app.graph.post({ query, variables: { iccid } }, bearer(key))).json();
  await ask(iccids[0]);
  await ask(iccids[1]);
  isCounting = true;
  const reply = await ask(iccids[2]);
  isCounting = false;
  expect(reply).toMatchObject({ data: { subscription: { iccid: iccids[2] } } });
  expect([...asked].map(([what, times]) => `${what} ×${times}`).sort()).toEqual([
    "hash in server/auth/api-keys.ts ×1",
    "header accept in server/graphql/fast-path/request.ts ×1",
    "header content-length in server/http/connections/index.ts ×1",
    "header content-type in server/http/content-type.ts ×1",
    "header traceparent in server/telemetry/request-instrumentation.ts ×1",
    "header tracestate in server/telemetry/request-instrumentation.ts ×1",
    "header x-kore-graph-stats in server/telemetry/request-instrumentation.ts ×1",
    "header x-request-id in server/http/create-http.ts ×1",
    "now in kore/auth/login.ts ×2", // Whether the token is valid; when it was accepted.
    "now in kore/http/instrumentation.ts ×1", // The sending, also for deadline, rate limit and KORE's clock.
    "now in kore/http/rate-limit/token-bucket.ts ×1",
    "now in kore/http/retry.ts ×1",
    "now in kore/http/timeout.ts ×1", // Whether a process was suspended between timer and sending.
    "now in kore/http/transport/response-reader.ts ×1", // The reply, also for metrics and KORE's clock.
    "now in server/graphql/limits/rate-limit.ts ×2", // Operations, then requests to KORE.
    "now in server/telemetry/operation-instrumentation.ts ×2",
  ]);
});
