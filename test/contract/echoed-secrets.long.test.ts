import { readFile, readdir, rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestApp, startApp } from "../support/app.ts";
import { type InterceptedKore, interceptKore } from "../support/kore/intercepted-kore.ts";
import { captureSpans } from "../support/captured-outputs.ts";

/** Tokens that look like none: what is cut by its form alone would prove nothing. */
const TOKENS = ["opaque~first.token-1", "opaque~second.token-2", "opaque~third.token-3"];
const OWN = {
  KORE_CLIENT_SECRET: `s3cr"t/+=&<x>\\-9f2c7b41`,
  KORE_API_KEY: "words-of-a-key-b20c",
  KORE_CONSOLE_CLIENT_ID: "apiclient_console",
  KORE_CONSOLE_CLIENT_SECRET: "console-words-77aa",
  KORE_WEBHOOK_SECRETS: "webhook-words-51bd",
  KORE_WEBHOOK_URL: "https://hooks.example/webhooks/kore",
};
const SECRETS = () => [OWN.KORE_CLIENT_SECRET, OWN.KORE_API_KEY, OWN.KORE_CONSOLE_CLIENT_SECRET, ...TOKENS];

let folder: string;
let kore: InterceptedKore;
let app: TestApp;
let spans: ReturnType<typeof captureSpans>;
/** Replies by method and path; what it leaves out is not found. */
let answer: (path: string, method: string) => [status: number, body: unknown] | undefined;
let tokens: number;
let left: string[];

const SIM = { "subscription-id": "sim-1", iccid: "8988303000000000017", state: "Active" };

const USUAL: readonly [end: string, reply: [number, unknown]][] = [
  ["/subscriptions", [200, { subscriptions: [SIM] }]],
  ["/subscriptions/sim-1", [200, SIM]],
  ["/cost-centers", [200, []]],
];

beforeEach(async () => {
  [tokens, left] = [0, []];
  answer = () => undefined;
  folder = await mkdtemp(join(tmpdir(), "kore-graph-echo-"));
  kore = await interceptKore();
  kore.answer = ({ url = "", method = "" }) => {
    const path = url.replace(/\?.*$/, "").replace("/connectivity", "");
    const given = answer(path, method);
    if (!given && path.endsWith("/token")) {
      const token = TOKENS[tokens++ % TOKENS.length];
      return { status: 200, body: JSON.stringify({ access_token: token, expires_in: 3600 }) };
    }
    const [status, body] = given ?? USUAL.find(([end]) => path.endsWith(end))?.[1] ?? [404, {}];
    return { status, body: typeof body === "string" ? body : JSON.stringify(body) };
  };
  spans = captureSpans();
  app = await startApp(
    { sims: 1 },
    (simulator) => {
      const environment = kore.environment(simulator);
      const { origin } = new URL(environment.KORE_CONNECTIVITY_URL ?? "");
      return {
        ...environment,
        KORE_CONNECTIVITY_TOKEN_URL: `${origin}/Api/api/token`,
        KORE_GLOBAL_TOKEN_URL: `${origin}/api-services/v1/auth/token`,
        ...OWN,
        LOG_LEVEL: "trace",
        METRICS: "on",
        TRACING: "on",
        STORE_PATH: join(folder, "store"),
        AUDIT_FILE: join(folder, "audit.jsonl"),
        AUDIT_SIMS: "on",
        PROVISIONING_SETTLE_MS: "50",
      };
    },
    spans,
  );
});
afterEach(async () => {
  await app.stop();
  await kore.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(query: string, variables?: Record<string, unknown>): Promise<string> {
  const text = JSON.stringify(await app.graph.query(query, variables));
  left.push(text);
  return text;
}

const suspend = (requestKey: string, more = "") =>
  ask(
    `mutation ($key: String!) { suspendSubscriptions(input: { accountId: "acme", requestKey: $key, subscriptions: [{ id: "sim-1" }] ${more} }) { results { outcome reason message } requests { id status rawStatus } } }`,
    { key: requestKey },
  );

/** As texts quote secrets. */
const WRITTEN: Readonly<Record<string, (secret: string) => string>> = {
  "as they are": (secret) => secret,
  "as headers": (secret) => `x-api-key:${secret}; authorization: Bearer ${secret}`,
  "in capitals": (secret) => secret.toUpperCase(),
  "percent-encoded": encodeURIComponent,
  "as in a form": (secret) => new URLSearchParams({ client_secret: secret }).toString(),
  "escaped by JSON": (secret) => JSON.stringify({ secret }),
  "in base64": (secret) => Buffer.from(`id:${secret}`).toString("base64"),
};

const forms = (secret: string) =>
  [secret, JSON.stringify(secret).slice(1, -1), JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)]
    .concat(encodeURIComponent(secret), Buffer.from(`id:${secret}`).toString("base64").slice(4, 20))
    .map((form) => form.toLowerCase());

/** Which secrets are in anything that came out of the process or was kept; what is looked through, by name. */
async function leaks(): Promise<string[]> {
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  const readiness = await (await fetch(`${app.url}/readyz`)).text();
  const audit = await readFile(join(folder, "audit.jsonl"), "utf8");
  await app.stop();
  const names = (await readdir(join(folder, "store"))).filter((name) => !name.endsWith(".sock"));
  const store = await Promise.all(names.map((name) => readFile(join(folder, "store", name), "latin1")));
  const places = {
    replies: left.join(),
    log: JSON.stringify(app.logged()),
    metrics,
    readiness,
    audit,
    spans: spans.text(),
    store: store.join(),
  };
  expect(places.log).toContain("call to KORE");
  expect(places.spans).toContain("/v1/accounts/{account-id}");
  return Object.entries(places).flatMap(([place, text]) =>
    [...SECRETS(), OWN.KORE_WEBHOOK_SECRETS].flatMap((secret) =>
      forms(secret).some((form) => text.toLowerCase().includes(form)) ? [`${place}: ${secret}`] : [],
    ),
  );
}

const BODIES: readonly [name: string, body: (words: string) => unknown][] = [
  ["message", (words) => ({ message: words })],
  ["errorMessage", (words) => ({ status: "error", errorMessage: words })],
  ["error-message", (words) => ({ "error-message": words })],
  ["INFO", (words) => ({ INFO: words })],
  ["error_description", (words) => ({ error: words, error_description: words })],
  ["error.message and code", (words) => ({ error: { code: words, message: words } })],
  ["data.message", (words) => ({ data: { message: words } })],
  ["messages", (words) => ({ messages: [words] })],
  ["ErrorMessages", (words) => ({ Messages: [words], ErrorMessages: [words] })],
  [
    "a page about the error",
    (words) => ({ message: words, more_info: `https://docs.korewireless.com/${words}`, code: words }),
  ],
];

test.each(BODIES)("12.9.2 what a refusal quotes is cut by value: %s", async (name, body) => {
  let words = "";
  answer = (path, method) => (method === "POST" && path.endsWith("/suspend") ? [400, body(words)] : undefined);
  await ask("{ clients(first: 1) { nodes { id } } }"); // So that the console's token is known as well.
  for (const [how, write] of Object.entries(WRITTEN)) {
    for (const secret of SECRETS()) {
      words = `no ${write(secret)} here`;
      const reply = await suspend(`${how} ${secret}`);
      if (tokens > TOKENS.indexOf(secret)) expect(reply, how).toContain("KORE refused: no ");
    }
  }
  words = OWN.KORE_API_KEY; // As a code, or the end of an address.
  await suspend("bare");
  answer = (path) => (path.startsWith("/v1/accounts") ? [400, body(words)] : undefined);
  await ask('{ subscriptions(accountId: "acme") { totalCount } }');
  // Told again by the ledger.
  await suspend("bare");
  expect((await leaks()).filter((leak) => !unknownTokens().some((token) => leak.endsWith(token)))).toEqual([]);
  expect(name).not.toBe("");
});

/** Tokens that KORE has not given: nobody could know them. */
const unknownTokens = () => TOKENS.slice(tokens);
const given = () => SECRETS().filter((secret) => !unknownTokens().includes(secret));

test("12.9.2 what a 200 with an error quotes is cut by value", async () => {
  answer = (path, method) =>
    method === "POST" && path.endsWith("/suspend")
      ? [200, { status: "error", errorMessage: `no ${given().join(" ")} here` }]
      : undefined;
  const reply = await suspend("one");
  expect(reply).toContain("[credential]");
  expect((await leaks()).filter((leak) => !unknownTokens().some((token) => leak.endsWith(token)))).toEqual([]);
});

test("12.9.2 what a success quotes is cut by value: states, names, keys of objects, and the log's line about them", async () => {
  await ask('{ subscriptions(accountId: "acme", first: 1) { totalCount } }');
  answer = (path) =>
    path.endsWith("/subscriptions")
      ? [
          200,
          {
            subscriptions: given().map((secret, index) => ({
              ...SIM,
              "subscription-id": `sim-${index}`,
              iccid: `898830300000000${1000 + index}`,
              states: [{ "is-current": true, state: `State ${secret}` }],
              "cost-center-id": secret,
              "activation-profile-id": secret,
              [secret]: secret,
            })),
          },
        ]
      : undefined;
  const reply = await ask(
    '{ subscriptions(accountId: "acme", first: 10) { nodes { id state rawState costCenter { id name } } } }',
  );
  expect(reply).toContain("State [credential]");
  const lines = app.logged().filter(({ msg }) => String(msg).startsWith("KORE says something new"));
  expect(lines.map(({ value }) => value)).toEqual(["State [credential]"]);
  expect((await leaks()).filter((leak) => !unknownTokens().some((token) => leak.endsWith(token)))).toEqual([]);
});

test("12.9.2 what a provisioning request quotes is cut by value, also where the ledger keeps and tells it again", async () => {
  const words = () => `no ${[OWN.KORE_CLIENT_SECRET, OWN.KORE_API_KEY, ...TOKENS.slice(0, tokens)].join(" ")} here`;
  answer = (path, method) => {
    if (method === "POST" && path.endsWith("/suspend"))
      return [200, { status: "Accepted", data: { "provisioning-request-id": "cmp-cpro-request-1" } }];
    if (path.endsWith("/cmp-cpro-request-1")) {
      const sim = { ...SIM, "completion-status": "Failed", "error-message": words() };
      return [200, { Suspension: { status: "Completed", "request-type": words(), subscriptions: [sim] } }];
    }
    return undefined;
  };
  const first = await suspend("one", "waitUpTo: 5");
  expect(first).toContain("[credential]");
  expect(await suspend("one")).toContain("[credential]");
  await ask(
    '{ provisioningRequest(accountId: "acme", id: "cmp-cpro-request-1") { status rawStatus rawType subscriptions { nodes { message } } } }',
  );
  expect((await leaks()).filter((leak) => !unknownTokens().some((token) => leak.endsWith(token)))).toEqual([]);
});

test("12.9.2 what the token endpoint quotes is cut by value", async () => {
  answer = (path) =>
    path.endsWith("/token")
      ? [
          401,
          {
            error: "invalid_client",
            error_description: `client_secret ${OWN.KORE_CLIENT_SECRET} ${OWN.KORE_CONSOLE_CLIENT_SECRET} is wrong`,
          },
        ]
      : undefined;
  await ask('{ subscriptions(accountId: "acme") { totalCount } clients(first: 1) { nodes { id } } }');
  await suspend("one");
  const places = JSON.stringify(app.logged()) + left.join() + (await (await fetch(`${app.url}/readyz`)).text());
  expect(
    [OWN.KORE_CLIENT_SECRET, OWN.KORE_CONSOLE_CLIENT_SECRET].filter((secret) =>
      places.includes(JSON.stringify(secret).slice(1, -1)),
    ),
  ).toEqual([]);
});

test("12.9.5 tokens are cut that were replaced while calls may still be answered", async () => {
  let words = "";
  let refused = 0;
  answer = (path, method) => {
    if (method === "POST" && path.endsWith("/suspend")) return [400, { message: words }];
    if (path.endsWith("/subscriptions") && refused++ === 0) return [401, { INFO: "expired" }];
    return undefined;
  };
  await ask('{ subscriptions(accountId: "acme") { totalCount } }');
  expect(tokens).toBeGreaterThanOrEqual(2);
  words = `no ${TOKENS[0]} and ${TOKENS[1]} here`;
  const reply = await suspend("one");
  expect(reply).toContain("KORE refused: no [credential] and [credential] here");
});
