import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "../../../src/kore/index.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/index.ts";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";
import { MUTATIONS, type Mutation, type Written, textOf } from "../../support/clients.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";
import { type RecordingProxy, startRecordingProxy } from "../../support/network/recording-proxy.ts";
import { holds, captureSpans, captureCaches } from "../../support/captured-outputs.ts";

type Answer = Reply<{ written: Written | null }>;
type Call = (url: string, query: string, variables?: object) => Promise<Answer>;

const overHttp: Call = async (url, query, variables) => {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return (await reply.json()) as Answer;
};
const callers: [name: string, call: Call][] = [
  ["HTTP", overHttp],
  ...TRANSPORTS.map(({ name, call }): [string, Call] => [
    name,
    async (url, query, variables = {}) => {
      const caller = call(url, { query, variables: { ...variables } });
      expect(await caller.ended).toBe("complete");
      return caller.results[0] as Answer;
    },
  ]),
];

const WORLD = { clock: "real", accounts: { acme: { sims: 3, name: "Acme" } } } as const;
const OWN = { clientSecret: "own-secret-5d1f40a7", apiKey: "own-api-key-b20c9e31" };

let folder: string;
let kore: Simulator;
let wire: RecordingProxy;
let app: TestApp;
let answers: Answer[];
let spans: ReturnType<typeof captureSpans>;
let cached: ReturnType<typeof captureCaches>;

beforeEach(async () => {
  spans = captureSpans();
  cached = captureCaches();
  folder = await mkdtemp(join(tmpdir(), "kore-graph-secrets-"));
  kore = await startSimulator({ ...WORLD, credentials: OWN });
  wire = await startRecordingProxy(kore.url);
  answers = [];
  app = await startApp(
    WORLD, // Its KORE is not used: ours, behind the proxy, is.
    {
      ...liveKore(),
      KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on",
      LOG_LEVEL: "trace",
      STORE_PATH: join(folder, "store"),
      AUDIT_FILE: join(folder, "audit.jsonl"),
      AUDIT_SIMS: "on",
      PLAYGROUND: "on",
      PROVISIONING_SETTLE_MS: "100",
      METRICS: "on",
      TRACING: "on",
    },
    spans,
  );
});
afterEach(async () => {
  await app.stop();
  cached.stop();
  await wire.stop();
  await kore.stop();
  await rm(folder, { recursive: true, force: true });
});

function liveKore(): Record<string, string> {
  const { credentials } = kore;
  return {
    KORE_CONNECTIVITY_URL: `${wire.url}/connectivity`,
    KORE_CONNECTIVITY_TOKEN_URL: `${wire.url}/Api/api/token`,
    KORE_CLIENTS_URL: wire.url,
    KORE_GLOBAL_TOKEN_URL: `${wire.url}/api-services/v1/auth/token`,
    KORE_CLIENT_ID: credentials.clientId,
    KORE_CLIENT_SECRET: credentials.clientSecret,
    KORE_API_KEY: credentials.apiKey,
    KORE_ACCOUNT_EMAIL: credentials.accountEmail,
  };
}

/** All outputs and stored data of the process, beside its answers. A new output needs a line here. */
const PLACES: readonly [name: string, read: () => string | Promise<string>, sign: string][] = [
  ["audit file", () => readFile(join(folder, "audit.jsonl"), "utf8"), "renewClientKey"],
  ["store on disk", () => everyFileOf(join(folder, "store")), "client-intent/"],
  ["playground", async () => (await fetch(`${app.url}/playground/tabs.json`)).text(), "createClient"],
  ["health", async () => (await fetch(`${app.url}/readyz`)).text(), "ready"],
  ["metrics", async () => (await fetch(`${app.url}/metrics`)).text(), 'endpoint="POST /v1/clients"'],
  ["caches", () => cached.text(), "/v1/accounts?email="],
  ["spans", () => app.stop().then(() => spans.text()), "POST /v1/clients/{client_id}/renew-key"],
  ["log at its finest, to its end", () => JSON.stringify(app.logged()), "call to KORE"],
];

async function everyFileOf(path: string): Promise<string> {
  const names = (await readdir(path)).filter((name) => !name.endsWith(".sock"));
  return (await Promise.all(names.map((name) => readFile(join(path, name), "latin1")))).join("\n");
}

/** Every secret that KORE has sent, whether it arrived or not. */
const observed = () =>
  wire.bodies.flatMap((body) => [...body.matchAll(/"client_secret":"([^"]+)"/g)].map(([, text = ""]) => text));

/** All operations on clients: successful, failing, and with lost replies. */
async function liveAWholeLife(call: Call): Promise<Set<Mutation>> {
  const used = new Set<Mutation>();
  const write = async (mutation: Mutation, input: object) => {
    used.add(mutation);
    const answer = await call(app.url, textOf(mutation), { input });
    answers.push(answer);
    return answer.data?.written;
  };
  const ask = async (query: string) => void answers.push(await call(app.url, query));

  const create = { name: "Depot", products: ["SUPER_SIM"], requestKey: "spring" };
  const made = await write("createClient", create);
  const id = made?.client?.id ?? "";
  expect(made).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
  expect(await write("createClient", create)).toMatchObject({ secretStatus: "ALREADY_SHOWN" });
  await Promise.all([1, 2].map(() => write("createClient", { name: "Twins" })));
  await write("createClient", { ...create, name: "Other" });
  // Pasted into the wrong places.
  await write("deleteClient", { id, confirm: made?.clientSecret });
  await write("createClient", { name: "Depot 2", requestKey: made?.clientSecret });
  await write("lockClient", { id: made?.clientSecret });
  for (const how of ["half", "cut"] as const) {
    wire.spoil(/client_secret/, how);
    expect(await write("createClient", { name: `Lost, ${how}` })).toMatchObject({ outcome: "ADOPTED" });
    wire.spoil(/client_secret/, how);
    expect(await write("renewClientKey", { id, confirm: "Depot", requestKey: how })).toMatchObject({
      outcome: "OUTCOME_UNKNOWN",
    });
  }
  await write("updateClient", { id, tokenLifetime: "ONE_HOUR", globalResources: [] });
  await write("lockClient", { id });
  await write("unlockClient", { id });
  await write("disableClient", { id });
  await write("enableClient", { id });
  const renewal = { id, confirm: "Depot", requestKey: "summer" };
  expect(await write("renewClientKey", renewal)).toMatchObject({ secretStatus: "SHOWN_NOW" });
  expect(await write("renewClientKey", renewal)).toMatchObject({ secretStatus: "ALREADY_SHOWN" });
  await write("transferClientOwnership", { id, newOwner: kore.examples.newOwner });
  await ask(`{ clients(first: 2) { nodes { id name } pageInfo { endCursor } } client(id: "${id}") { id name owner } }`);
  await ask(`{ accounts { clients { nodes { id } } } capabilities { unpublishedClientOperations } }`);
  await ask(`mutation { createClient(input: { name: 1 }) { clientSecret } }`);
  await ask(
    `mutation { a: createClient(input: { name: "A" }) { clientSecret } b: lockClient(input: { id: "x" }) { outcome } }`,
  );
  await ask(`{ client(id: "${id}") { clientSecret } }`);
  await write("deleteClient", { id, confirm: "wrong" });
  expect(await write("deleteClient", { id, confirm: "Depot" })).toMatchObject({ outcome: "DONE" });
  await write("deleteClient", { id: kore.credentials.clientId, confirm: "kore-graph, which kore-graph itself uses" });
  await ask(`{ clients { nodes { id } } }`); // Our own credentials are refused now.
  return used;
}

describe.each(callers)("Over %s", (_, call) => {
  test("a client's secret is in one answer only, and our own are in none", async () => {
    const used = await liveAWholeLife(call);
    expect([...used].sort()).toEqual(Object.keys(MUTATIONS).sort());
    expect(answers.some(({ errors }) => errors?.[0]?.extensions.code === "KORE_UNAUTHENTICATED")).toBe(true);

    const shown = answers.flatMap(({ data }) => data?.written?.clientSecret ?? []);
    const secrets = observed();
    expect(shown.length).toBeGreaterThanOrEqual(4);
    expect(new Set(secrets).size).toBe(shown.length + 4); // Four replies were lost.
    for (const secret of secrets) {
      const holding = answers.filter((answer) => holds(JSON.stringify(answer), secret));
      expect(holding).toHaveLength(shown.includes(secret) ? 1 : 0);
      for (const { data, ...rest } of holding) {
        const { clientSecret, ...written } = data?.written ?? {};
        expect(clientSecret).toBe(secret);
        expect(holds(JSON.stringify([written, rest]), secret)).toBe(false);
      }
    }

    const tokens = wire.bodies.flatMap((body) => /"access_token":"([^"]+)"/.exec(body)?.[1] ?? []);
    expect(tokens.length).toBeGreaterThan(0);
    for (const [place, read, sign] of PLACES) {
      const text = await read();
      expect(text, place).toContain(sign);
      for (const secret of secrets) expect(holds(text, secret), place).toBe(false);
      for (const own of [...Object.values(OWN), ...tokens]) expect(holds(text, own), place).toBe(false);
    }
    for (const own of [...Object.values(OWN), ...tokens]) expect(holds(JSON.stringify(answers), own)).toBe(false);
  });
});

test("answers over HTTP, also refusals, and over server-sent events are no-store", async () => {
  const query = textOf("createClient");
  const body = JSON.stringify({ query, variables: { input: { name: "Depot" } } });
  const headers = { "content-type": "application/json" };
  for (const [path, accept] of [
    ["/graphql", "application/json"],
    ["/graphql", "application/graphql-response+json"],
    ["/graphql/stream", "text/event-stream"],
  ] as const) {
    for (const sent of [body, "{}", "no JSON"]) {
      const reply = await fetch(app.url + path, { method: "POST", headers: { ...headers, accept }, body: sent });
      expect(reply.headers.get("cache-control"), `${path} ${sent}`).toBe("no-store");
      await reply.text();
    }
  }
});

test("a secret is a string only by reveal()", () => {
  const secret = new Secret("hunter2hunter2");
  const shapes = [
    String(secret),
    ["", secret].join(),
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true, depth: 9 }),
    JSON.stringify(structuredClone({ ...secret })),
    Object.values(secret).join(),
  ];
  expect(shapes.join(" ")).not.toContain("hunter2");
  expect(secret.reveal()).toBe("hunter2hunter2");
});
