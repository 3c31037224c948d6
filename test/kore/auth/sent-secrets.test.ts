import { expect, test } from "vitest";
import { knownSecrets } from "../../../src/common/known-secrets.ts";
import { createKore } from "../../../src/kore/client.ts";
import { credentialSet } from "../../../src/kore/auth/credential-set.ts";
import { SentSecrets } from "../../../src/kore/auth/sent-secrets.ts";

const setOf = (generation: string) =>
  credentialSet({
    clientId: "ours",
    clientSecret: `client-secret-${generation}`,
    apiKey: `x-api-key-${generation}`,
    console: { clientId: "console", clientSecret: `console-secret-${generation}` },
    accountEmail: "ops@acme.example",
  });
const secretsOf = (generation: string) =>
  ["client-secret", "x-api-key", "console-secret"].map((name) => `${name}-${generation}`);
const areCut = (secrets: readonly string[]) => secrets.map((secret) => knownSecrets.redact(secret) === "[credential]");

test("12.9.5 replaced credentials are redacted until their last call has ended, and new ones at once", async () => {
  const kore = createKore({
    connectivityUrl: "http://127.0.0.1:9/connectivity",
    connectivityTokenUrl: "http://127.0.0.1:9/token",
    clientsUrl: "http://127.0.0.1:9",
    globalTokenUrl: "http://127.0.0.1:9/token",
    credentials: [setOf("before-the-change")],
    rateLimit: { rate: 1, concurrency: 1, queue: 1 },
  });
  expect(areCut(secretsOf("before-the-change"))).toEqual([true, true, true]);
  expect(areCut(secretsOf("after-the-change"))).toEqual([false, false, false]);
  kore.replaceCredentials([setOf("after-the-change")]);
  expect(areCut([...secretsOf("before-the-change"), ...secretsOf("after-the-change")])).toEqual(Array(6).fill(true));
  await kore.close();
  expect(areCut([...secretsOf("before-the-change"), ...secretsOf("after-the-change")])).toEqual(Array(6).fill(false));
});

test("12.9.5 the last eight tokens are redacted, until their credentials are no longer used", () => {
  const sent = new SentSecrets(setOf("of-tokens"));
  const tokens = Array.from({ length: 12 }, (_, n) => `opaque-access-token-${n}-`);
  for (const token of tokens) {
    sent.token(token);
    sent.token(token);
  }
  expect(areCut(tokens)).toEqual([...Array<boolean>(4).fill(false), ...Array<boolean>(8).fill(true)]);
  sent.release();
  expect(areCut(tokens)).toEqual(Array(12).fill(false));
});
