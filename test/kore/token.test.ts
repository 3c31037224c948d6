import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TokenSource } from "../../src/kore/token.ts";
import { type TestApp, startApp } from "../support/app.ts";

describe("A token source", () => {
  let now: number;
  let asked: number;
  let answer: () => unknown;
  let failures: unknown[];
  let tokens: TokenSource;

  beforeEach(() => {
    now = 1_000_000;
    asked = 0;
    failures = [];
    answer = () => ({ access_token: `token-${asked}`, expires_in: 3600 });
    tokens = new TokenSource({
      request: () => {
        asked += 1;
        return Promise.resolve().then(answer);
      },
      onRenewed: () => undefined,
      onRenewalFailed: (error) => failures.push(error),
      now: () => now,
    });
  });

  test("asks once however many wait", async () => {
    expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual(["token-1", "token-1", "token-1"]);
    expect(asked).toBe(1);
  });

  test("renews ahead of the end while calls go on with the old token", async () => {
    await tokens.get();
    now += 56 * 60_000;
    expect(await tokens.get()).toBe("token-1");
    await new Promise(setImmediate);
    expect(await tokens.get()).toBe("token-2");
    expect(asked).toBe(2);
  });

  test("makes calls wait once the token has expired", async () => {
    await tokens.get();
    now += 3_600_000;
    expect(await tokens.get()).toBe("token-2");
  });

  test("goes on with the old token, and says so, when renewal fails", async () => {
    await tokens.get();
    now += 56 * 60_000;
    answer = () => {
      throw new Error("down");
    };
    expect(await tokens.get()).toBe("token-1");
    await new Promise(setImmediate);
    expect(await tokens.get()).toBe("token-1");
    expect(failures).not.toHaveLength(0);
  });

  test("does not keep a failure", async () => {
    const works = answer;
    answer = () => {
      throw new Error("down");
    };
    await expect(tokens.get()).rejects.toThrow("down");
    answer = works;
    expect(await tokens.get()).toBe("token-2");
  });

  test("trusts a token without a stated lifetime for an hour", async () => {
    answer = () => ({ access_token: `token-${asked}` });
    await tokens.get();
    now += 3_600_000;
    expect(await tokens.get()).toBe("token-2");
  });

  test("refuses a reply without a token by name", async () => {
    answer = () => ({ token: "elsewhere" });
    await expect(tokens.get()).rejects.toMatchObject({ kind: "contract" });
  });

  test("replaces a refused token once for all who were refused", async () => {
    const refused = await tokens.get();
    const all = [tokens.replace(refused, 401), tokens.replace(refused, 401)];
    expect(await Promise.all(all)).toEqual(["token-2", "token-2"]);
    expect(await tokens.replace(refused, 401)).toBe("token-2");
    expect(asked).toBe(2);
  });

  test("takes a second 403 for a matter of rights, and asks for no third token", async () => {
    const second = await tokens.replace(await tokens.get(), 403);
    expect(second).toBe("token-2");
    expect(await tokens.replace("token-2", 403)).toBeUndefined();
    expect(asked).toBe(2);
  });

  test("takes a 403 to a token that has aged for expiry again, however often", async () => {
    let token = await tokens.get();
    for (let time = 2; time < 6; time += 1) {
      token = (await tokens.replace(token, 403)) ?? "none";
      expect(token).toBe(`token-${time}`);
      now += 30_000;
    }
  });
});

describe("At KORE", () => {
  const COST_CENTERS = `{ account(id: "acme") { costCenters { id } } }`;
  const CLIENTS = `{ clients(first: 1) { nodes { id } } }`;
  let app: TestApp;
  beforeEach(async () => {
    app = await startApp({ accounts: { acme: { sims: 2 } } }, { CACHE_SECONDS: "0" });
  });
  afterEach(() => app.stop());

  test("each API family gets its token at its own endpoint, once", async () => {
    const all = [COST_CENTERS, COST_CENTERS, CLIENTS, CLIENTS].map((query) => app.graph.query(query));
    expect((await Promise.all(all)).flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(app.kore.tokenRequests().sort()).toEqual(["POST /Api/api/token ×1", "POST /api-services/v1/auth/token ×1"]);
  });

  test("a token that expired early is replaced, and the caller does not notice", async () => {
    await app.graph.query(COST_CENTERS);
    app.kore.expireTokens();
    app.kore.clearLog();
    expect((await app.graph.query(COST_CENTERS)).errors).toBeUndefined();
    expect(app.kore.log().map(({ status }) => status)).toEqual([403, 200, 200]);
  });

  test("a token whose refusal is cut short on its way is replaced, too", async () => {
    await app.graph.query(COST_CENTERS);
    app.kore.expireTokens();
    app.kore.clearLog();
    app.kore.faults.add({ effect: "truncate", path: "/connectivity/**", times: 1 });
    expect((await app.graph.query(COST_CENTERS)).errors).toBeUndefined();
    expect(app.kore.log().map(({ status }) => status)).toEqual([403, 200, 200]);
  });

  test("a 401 is answered by one new token and one more try", async () => {
    app.kore.faults.add({ effect: "status", status: 401, path: "/connectivity/**", times: 1 });
    expect((await app.graph.query(COST_CENTERS)).errors).toBeUndefined();
    expect(app.kore.tokenRequests()).toEqual(["POST /Api/api/token ×2"]);
    expect(app.kore.requests()).toEqual(["GET /v1/accounts/acme/cost-centers ×2"]);
  });

  test("a 403 about rights costs no new token", async () => {
    const hidden = await startApp({ accounts: { acme: { sims: 1 }, secret: { sims: 1, visible: false } } });
    const { errors } = await hidden.graph.query(`{ subscriptions(accountId: "secret") { totalCount } }`);
    expect(errors?.[0]?.extensions.code).toBe("KORE_FORBIDDEN");
    expect(hidden.kore.tokenRequests()).toEqual(["POST /Api/api/token ×1"]);
    await hidden.stop();
  });

  test("refused credentials are one clear error, and are asked with once", async () => {
    const wrong = await startApp({ accounts: { acme: { sims: 1 } } }, { KORE_CLIENT_SECRET: "not-the-secret" });
    const { errors } = await wrong.graph.query(COST_CENTERS);
    expect(errors?.[0]?.extensions.code).toBe("KORE_UNAUTHENTICATED");
    expect(wrong.kore.tokenRequests()).toEqual(["POST /Api/api/token ×1"]);
    expect(wrong.kore.requests()).toEqual([]);
    await wrong.stop();
  });
});
