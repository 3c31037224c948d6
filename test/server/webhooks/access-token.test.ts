import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { describeEnvironment, readConfig } from "../../../src/server/config/index.ts";
import { startWebhookApp } from "./app.ts";
import {
  alert,
  BY_TOKEN,
  byToken,
  CALLBACK,
  deliver,
  deliveryCounts,
  EITHER,
  SECRET,
  signed,
  SIGNED,
  TOKEN,
} from "../../support/kore/webhook-deliveries.ts";

const URL_ONLY = { KORE_WEBHOOK_URL: CALLBACK };

describe("A5.1 the rule's access token", () => {
  test.each<[string, Record<string, string>, (body: string) => Record<string, string>]>([
    ["the token alone, where only it is configured", BY_TOKEN, () => byToken],
    ["the token alone, where both are", EITHER, () => byToken],
    ["the signature alone, where both are", EITHER, signed],
    ["the token beside a wrong signature", EITHER, () => ({ ...byToken, "kore-signature": "f".repeat(64) })],
    ["the signature beside a wrong token", EITHER, (body) => ({ ...signed(body), "x-rule-token": "wrong" })],
    [
      "the token before",
      { ...BY_TOKEN, KORE_WEBHOOK_ACCESS_TOKENS: `${TOKEN},old` },
      () => ({ "x-rule-token": "old" }),
    ],
    [
      "a key that other APIs use",
      { ...BY_TOKEN, KORE_WEBHOOK_ACCESS_TOKEN_KEY: "Authorization" },
      () => ({ authorization: TOKEN }),
    ],
    ["a token with blanks around it", { ...BY_TOKEN, KORE_WEBHOOK_ACCESS_TOKENS: ` ${TOKEN} \n` }, () => byToken],
  ])("A5.1 %s verifies a webhook", async (_, env, headersFor) => {
    const app = await startWebhookApp(env);
    const body = alert();
    expect(await deliver(app, body, headersFor(body))).toBe(200);
    expect(await deliveryCounts(app)).toMatchObject({ accepted: 1 });
  });

  test.each<[string, Record<string, string>, (body: string) => Record<string, string>]>([
    ["none", EITHER, () => ({})],
    ["an empty one", EITHER, () => ({ "x-rule-token": "" })],
    ["another one", EITHER, () => ({ "x-rule-token": "Bearer another-token" })],
    ["its beginning", EITHER, () => ({ "x-rule-token": TOKEN.slice(0, -1) })],
    ["it with more behind", EITHER, () => ({ "x-rule-token": `${TOKEN}x` })],
    ["it in another case", EITHER, () => ({ "x-rule-token": TOKEN.toUpperCase() })],
    ["it under another name", EITHER, () => ({ "x-other-token": TOKEN, "access-token": TOKEN })],
    ["the secret in its place", EITHER, () => ({ "x-rule-token": SECRET })],
    ["a token where only signatures are configured", SIGNED, () => byToken],
    ["a signature where only the token is configured", BY_TOKEN, signed],
    [
      "an empty secret's signature, where only the token is configured",
      BY_TOKEN,
      (body) => ({
        "kore-signature": createHash("sha256").update(`POST${CALLBACK}${body}`).digest("hex"),
      }),
    ],
  ])("A5.1 %s does not verify a webhook", async (_, env, headersFor) => {
    const app = await startWebhookApp(env);
    const body = alert();
    expect(await deliver(app, body, headersFor(body))).toBe(401);
    expect(await deliveryCounts(app)).toEqual({ unsigned: 1 });
  });

  test("A5.1 a token in the body or the address does not verify: only the header counts", async () => {
    const app = await startWebhookApp(BY_TOKEN);
    expect(await deliver(app, alert({ "access-token": TOKEN, "X-Rule-Token": TOKEN }), {})).toBe(401);
    const query = `?X-Rule-Token=${encodeURIComponent(TOKEN)}&access-token=${encodeURIComponent(TOKEN)}`;
    expect((await fetch(`${app.url}/webhooks/kore${query}`, { method: "POST", body: alert() })).status).toBe(401);
  });

  test("A5.1 the simulator sends it in the same header", async () => {
    const app = await startWebhookApp(BY_TOKEN);
    app.kore.webhooks.to({ url: `${app.url}/webhooks/kore`, accessTokenKey: "x-rule-token", accessToken: TOKEN });
    const path = `${app.kore.url}/_simulator/webhooks`;
    expect(await (await fetch(path)).text()).not.toContain(TOKEN);
    const [iccid] = app.kore.iccids("acme");
    await app.graph.query(`mutation { suspendSubscriptions(input: { accountId: "acme",
      subscriptions: [{ iccid: "${iccid}" }] }) { counts { submitted } } }`);
    app.kore.clock.advance(5_000);
    await app.kore.webhooks.settled();
    const found = app.kore.webhooks.deliveries();
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ status, signature: by }) => `${status} ${by}`))).toEqual(new Set(["200 "]));
  });

  test.each<[Record<string, string>, string]>([
    [{ KORE_WEBHOOK_ACCESS_TOKEN_KEY: "x" }, "KORE_WEBHOOK_ACCESS_TOKENS and KORE_WEBHOOK_ACCESS_TOKEN_KEY"],
    [{ KORE_WEBHOOK_ACCESS_TOKENS: "t", KORE_WEBHOOK_URL: CALLBACK }, "KORE_WEBHOOK_ACCESS_TOKEN_KEY: are needed"],
    [{ KORE_WEBHOOK_ACCESS_TOKENS: "t", KORE_WEBHOOK_ACCESS_TOKEN_KEY: "x" }, "KORE_WEBHOOK_URL: are needed together"],
    [URL_ONLY, "or KORE_WEBHOOK_ACCESS_TOKENS in place of the secret"],
    [{ ...BY_TOKEN, KORE_WEBHOOK_ACCESS_TOKEN_KEY: "two words" }, "must be the name of a header"],
    [{ ...BY_TOKEN, KORE_WEBHOOK_ACCESS_TOKEN_KEY: "Content-Type" }, "must not be a header that has a meaning"],
    [{ ...BY_TOKEN, KORE_WEBHOOK_ACCESS_TOKENS: "sécret" }, "must have characters that a header can carry"],
    [{ ...BY_TOKEN, KORE_WEBHOOK_ACCESS_TOKENS: "one\ntwo" }, "must have characters that a header can carry"],
  ])("A5.1 %j is refused at start by name, without its value", (env, mistake) => {
    const begin = () => readConfig({ KORE_MODE: "simulator", ...env });
    expect(begin).toThrow(mistake);
    expect(begin).not.toThrow(/sécret|one|two words/);
  });

  test("A5.1 check-config shows no token", () => {
    const shown = describeEnvironment({ ...BY_TOKEN, KORE_WEBHOOK_ACCESS_TOKENS: `${TOKEN},the-old-one` });
    expect(shown).toMatch(/^KORE_WEBHOOK_ACCESS_TOKENS +\[redacted\]$/m);
    expect(shown).not.toMatch(/the-access-token|the-old-one/);
  });
});
