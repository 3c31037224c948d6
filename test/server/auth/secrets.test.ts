import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startApp } from "../../support/app.ts";
import { ROUTER_SECRET, ask, authEnvironment, bearer, keysFile, startIssuer } from "../../support/auth.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";
import { holds, captureSpans, captureCaches } from "../../support/captured-outputs.ts";

const ORDER = `mutation ($accountId: ID!, $iccid: ICCID!, $key: String) { activateSubscriptions(input: {
  accountId: $accountId, activationState: READY, requestKey: $key, subscriptions: [{ iccid: $iccid }] }) { counts { submitted } } }`;

test("credentials of callers are in no answer, log, trace, store or cache", async () => {
  const [spans, cached] = [captureSpans(), captureCaches()];
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-proofs-"));
  const issuer = await startIssuer();
  const file = await keysFile({ name: "erp", role: "operator", accounts: "*" });
  const [key = ""] = file.keys;
  const token = await issuer.token({ role: "operator" });
  const stale = await issuer.token({ exp: 1 });
  const routed = (secret: string) => ({
    "x-kore-graph-router-secret": secret,
    "x-kore-graph-caller-id": "ada",
    "x-kore-graph-caller-role": "operator",
    "x-kore-graph-caller-accounts": "*",
  });
  const [strangeKey, strangeSecret] = [`kg_${"x".repeat(43)}`, `${ROUTER_SECRET}, almost`];
  const audit = join(folder, "audit.jsonl");
  const app = await startApp(
    {},
    {
      ...authEnvironment({ issuer, keys: file, router: true }),
      LOG_LEVEL: "trace",
      AUDIT_FILE: audit,
      METRICS: "on",
      TRACING: "on",
      PERSISTED_QUERIES: "on",
    },
    spans,
  );
  const answers: string[] = [];
  const variables = { accountId: app.kore.examples.accountId, iccid: app.kore.examples.stockIccid };
  const ways = [token, key].map(bearer).concat([bearer(stale), bearer(strangeKey), bearer(`${token}x`)]);
  for (const headers of [...ways, { "x-api-key": key }, routed(ROUTER_SECRET), routed(strangeSecret)]) {
    // Pasted into places where it does not belong, too, as far as the place is ours.
    const [secret = ""] = Object.values(headers);
    for (const given of [headers, { ...headers, traceparent: secret }]) {
      const { reply, status } = await ask(app.url, ORDER, given, {
        ...variables,
        key: secret,
      });
      answers.push(JSON.stringify([status, reply]));
    }
    for (const { call } of TRANSPORTS) {
      const caller = call(app.url, { query: "{ accounts { id } nothing }" }, headers);
      answers.push(await caller.ended, JSON.stringify(caller.results));
    }
  }
  expect(answers.filter((answer) => answer.startsWith("[200"))).toHaveLength(8);
  const metrics = await (await fetch(`${app.url}/metrics`, { headers: bearer(key) })).text();
  await app.stop();
  const places = {
    answers: answers.join("\n"),
    log: JSON.stringify(app.logged()),
    metrics,
    spans: spans.text(),
    caches: cached.text(),
    audit: await readFile(audit, "utf8"),
  };
  cached.stop();
  await rm(folder, { recursive: true });
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(100);
    for (const secret of [token, stale, key, strangeKey, ROUTER_SECRET]) expect(holds(text, secret), place).toBe(false);
  }
});
