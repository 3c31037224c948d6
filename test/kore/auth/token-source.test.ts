import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { authentication } from "../../../src/kore/http/pipeline.ts";
import { KoreError } from "../../../src/kore/errors.ts";
import { NEVER } from "../../../src/common/abort.ts";
import { TokenSource, readToken } from "../../../src/kore/auth/token-source.ts";
import { type KoreCall } from "../../../src/kore/http/transport/transport.ts";
import { type TestApp, startApp } from "../../support/app.ts";

describe("A token source", () => {
  let now: number;
  let asked: number;
  let answer: () => unknown;
  let failures: unknown[];
  let slept: number[];
  let tokens: TokenSource;

  beforeEach(() => {
    now = 1_000_000;
    asked = 0;
    failures = [];
    slept = [];
    answer = () => ({ access_token: `token-${asked}`, expires_in: 3600 });
    tokens = new TokenSource({
      request: () => {
        asked += 1;
        return Promise.resolve().then(answer).then(readToken);
      },
      onRenewed: () => undefined,
      onRenewalFailed: (error) => failures.push(error),
      now: () => now,
      sleep: (milliseconds) => {
        slept.push(milliseconds);
        now += milliseconds;
        return Promise.resolve();
      },
    });
  });

  test("sends one request for all waiting calls", async () => {
    expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual(["token-1", "token-1", "token-1"]);
    expect(asked).toBe(1);
  });

  test("renews before the expiry while calls use the present token", async () => {
    await tokens.get();
    now += 56 * 60_000;
    expect(await tokens.get()).toBe("token-1");
    await new Promise(setImmediate);
    expect(await tokens.get()).toBe("token-2");
    expect(asked).toBe(2);
  });

  test("lets calls wait once the token has expired", async () => {
    await tokens.get();
    now += 3_600_000;
    expect(await tokens.get()).toBe("token-2");
  });

  test("keeps the present token and reports it when a renewal fails", async () => {
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

  test("does not cache a failure", async () => {
    const works = answer;
    answer = () => {
      throw new Error("down");
    };
    await expect(tokens.get()).rejects.toThrow("down");
    answer = works;
    expect(await tokens.get()).toBe("token-2");
  });

  test("uses a token without a stated lifetime for an hour", async () => {
    answer = () => ({ access_token: `token-${asked}` });
    await tokens.get();
    now += 3_600_000;
    expect(await tokens.get()).toBe("token-2");
  });

  test("rejects a reply without a token with a named error", async () => {
    answer = () => ({ token: "elsewhere" });
    await expect(tokens.get()).rejects.toMatchObject({ kind: "contract" });
  });

  test("B5.2 a failed renewal is retried after a pause, not with every call", async () => {
    await tokens.get();
    now += 56 * 60_000;
    answer = () => {
      throw new Error("down");
    };
    for (let call = 0; call < 20; call += 1) {
      expect(await tokens.get()).toBe("token-1");
      await new Promise(setImmediate);
    }
    expect(asked).toBe(2);
    now += 1_000;
    await tokens.get();
    expect(asked).toBe(3);
  });

  test("replaces a refused token once for all refused calls", async () => {
    const refused = await tokens.get();
    const all = [tokens.replace(refused, "GET a"), tokens.replace(refused, "GET b"), tokens.replace(refused, "GET a")];
    expect(await Promise.all(all)).toEqual(["token-2", "token-2", "token-2"]);
    expect(await tokens.replace(refused, "GET a")).toBe("token-2");
    expect(asked).toBe(2);
    expect(slept).toEqual([]);
  });

  test("B5.3 waits a second before it replaces a replacement, and then pauses", async () => {
    const second = await tokens.replace(await tokens.get(), "GET a");
    expect(await tokens.replace(second ?? "", "GET a")).toBe("token-3");
    expect(slept).toEqual([1_000]);
    expect(await tokens.replace("token-3", "GET a")).toBeUndefined();
    expect(asked).toBe(3);
  });

  test("B5.3 replaces a token at once that was accepted before it was refused, however often", async () => {
    let token = await tokens.get();
    for (let time = 2; time < 8; time += 1) {
      token = (await tokens.replace(token, "GET a")) ?? "none";
      expect(token).toBe(`token-${time}`);
      tokens.accepted(token);
      tokens.confirmReplacement("GET a");
      now += 100;
    }
    expect(slept).toEqual([]);
  });

  test("B5.2 an operation that KORE always refuses costs few tokens while others are accepted", async () => {
    let token = await tokens.get();
    for (const end = now + 120_000; now < end; now += 250) {
      tokens.accepted(token);
      token = (await tokens.replace(token, "GET forbidden")) ?? token;
    }
    expect(asked).toBeLessThan(12);
    tokens.accepted(token);
    expect(await tokens.replace(token, "GET other")).not.toBe(token); // A real revocation costs it no time.
  });

  test("B5.3 a call that is refused while replacements are paused is unsent, with a retry time", async () => {
    const second = await tokens.replace(await tokens.get(), "GET a");
    const third = await tokens.replace(second ?? "", "GET a");
    await expect(tokens.replace(third ?? "", "POST b")).rejects.toMatchObject({
      kind: "unauthenticated",
      isUnsent: true,
      retryAfter: 2_000,
    });
    expect(await tokens.replace(third ?? "", "GET a")).toBeUndefined(); // Two tokens have not helped this one.
    expect(asked).toBe(3);
  });

  describe("with calls to an API", () => {
    const call: KoreCall = {
      method: "POST",
      origin: "http://kore",
      host: "kore",
      path: "/x",
      operation: "POST /x",
      headers: {},
      attempt: 1,
    };
    const refusal = (status: 401 | 403) =>
      new KoreError(status === 401 ? "unauthenticated" : "forbidden", "no", {
        operation: "POST /x",
        status,
        koreMessage: "Invalid or expired token",
      });
    const api = (accepts: (token: string) => boolean, status: 401 | 403) => {
      const sent: string[] = [];
      const send = authentication(tokens)(({ headers }) => {
        const token = headers.authorization?.replace("Bearer ", "") ?? "";
        sent.push(token);
        return accepts(token) ? Promise.resolve("done") : Promise.reject(refusal(status));
      });
      return { sent, send: () => send(call, NEVER).catch((error: unknown) => (error as KoreError).status) };
    };

    test.each([401, 403] as const)(
      "B5.2 an API that always answers %i costs a bounded number of tokens",
      async (status) => {
        const { send } = api(() => false, status);
        for (let time = 0; time < 200; time += 1) {
          expect(await send()).toBe(status);
          now += 50;
        }
        expect(asked).toBeLessThan(8); // In ten seconds and more.
      },
    );

    test.each([401, 403] as const)(
      "B5.3 tokens that become valid late, refused with %i, cost one call per second",
      async (status) => {
        const from = now + 800;
        const { sent, send } = api(() => now >= from, status);
        expect(await send()).toBe("done");
        expect(slept).toEqual([1_000]);
        expect(sent).toHaveLength(3);
      },
    );

    test.each([401, 403] as const)(
      "B5.3 a token that is revoked twice within half a minute, by %i, fails no call",
      async (status) => {
        const revoked = new Set<string>();
        const { send } = api((token) => !revoked.has(token), status);
        for (let time = 0; time < 3; time += 1) {
          expect(await send()).toBe("done");
          revoked.add(tokens.current() ?? "");
          now += 5_000;
        }
        expect(await send()).toBe("done");
        expect(slept).toEqual([]);
        expect(asked).toBe(4);
      },
    );

    test("B5.3 a failure after a replacement does not count as a refusal of the operation", async () => {
      let isRefused = true;
      const unavailable = new KoreError("unavailable", "no", { operation: "POST /x", status: 503 });
      const send = authentication(tokens)(() => {
        isRefused = !isRefused;
        return Promise.reject(isRefused ? unavailable : refusal(403));
      });
      for (let time = 0; time < 2; time += 1)
        await expect(send(call, NEVER)).rejects.toMatchObject({ kind: "unavailable" });
      await expect(send(call, NEVER)).rejects.toMatchObject({ kind: "unauthenticated", isUnsent: true });
      expect(asked).toBe(3);
    });

    test("B5.2 calls that are refused together share their replacements", async () => {
      const { send } = api((token) => token !== "token-1", 401);
      expect(await Promise.all(Array.from({ length: 50 }, send))).toEqual(Array.from({ length: 50 }, () => "done"));
      expect(asked).toBe(2);
    });
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

  test("each API family requests its token once, at its own endpoint", async () => {
    const all = [COST_CENTERS, COST_CENTERS, CLIENTS, CLIENTS].map((query) => app.graph.query(query));
    expect((await Promise.all(all)).flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(app.kore.tokenRequests().sort()).toEqual(["POST /Api/api/token ×1", "POST /api-services/v1/auth/token ×1"]);
  });

  test("a token that expired early is replaced without a failed operation", async () => {
    await app.graph.query(COST_CENTERS);
    app.kore.expireTokens();
    app.kore.clearLog();
    expect((await app.graph.query(COST_CENTERS)).errors).toBeUndefined();
    expect(app.kore.log().map(({ status }) => status)).toEqual([403, 200, 200]);
  });

  test("a token with a truncated refusal is replaced as well", async () => {
    await app.graph.query(COST_CENTERS);
    app.kore.expireTokens();
    app.kore.clearLog();
    app.kore.faults.add({ effect: "truncate", path: "/connectivity/**", times: 1 });
    expect((await app.graph.query(COST_CENTERS)).errors).toBeUndefined();
    expect(app.kore.log().map(({ status }) => status)).toEqual([403, 200, 200]);
  });

  test("a 401 causes one new token and one retry", async () => {
    app.kore.faults.add({ effect: "status", status: 401, path: "/connectivity/**", times: 1 });
    expect((await app.graph.query(COST_CENTERS)).errors).toBeUndefined();
    expect(app.kore.tokenRequests()).toEqual(["POST /Api/api/token ×2"]);
    expect(app.kore.requests()).toEqual(["GET /v1/accounts/acme/cost-centers ×2"]);
  });

  test.each<[what: string, fault: Parameters<TestApp["kore"]["faults"]["add"]>[0], code: string, most: number]>([
    ["a 400", { effect: "status", status: 400, path: "/Api/api/token" }, "KORE_UNAUTHENTICATED", 2],
    ["a 403", { effect: "status", status: 403, path: "/Api/api/token" }, "KORE_UNAUTHENTICATED", 2],
    ["a page", { effect: "html", path: "/Api/api/token" }, "KORE_CONTRACT_BROKEN", 2],
    ["a 404", { effect: "status", status: 404, path: "/Api/api/token" }, "KORE_CONTRACT_BROKEN", 2],
    ["an API that answers 401", { effect: "status", status: 401, path: "/connectivity/**" }, "KORE_UNAUTHENTICATED", 3],
  ])("B5.2 twenty operations against %s cost few token requests", async (_, fault, code, most) => {
    app.kore.faults.add(fault);
    for (let time = 0; time < 20; time += 1) {
      expect((await app.graph.query(COST_CENTERS)).errors?.[0]?.extensions.code).toBe(code);
    }
    expect(app.kore.log().filter(({ path }) => path === "/Api/api/token").length).toBeLessThanOrEqual(most);
  });

  test("B5.3 a token that KORE accepts a moment late fails no operation", async () => {
    app.kore.faults.add({ effect: "status", status: 401, path: "/connectivity/**", times: 2 });
    expect((await app.graph.query(COST_CENTERS)).errors).toBeUndefined();
    expect(app.kore.tokenRequests()).toEqual(["POST /Api/api/token ×3"]);
  });

  test("B5.3 tokens that are revoked twice in a row fail no operation", async () => {
    for (let time = 0; time < 3; time += 1) {
      expect((await app.graph.query(COST_CENTERS)).errors).toBeUndefined();
      app.kore.expireTokens();
    }
    expect((await app.graph.query(COST_CENTERS)).errors).toBeUndefined();
    expect(app.kore.tokenRequests()).toEqual(["POST /Api/api/token ×4"]);
  });

  test("A3.10 token requests have no x-api-key", async () => {
    const keyless = await startApp({ accounts: { acme: { sims: 2 } } }, { KORE_API_KEY: "a-key-that-is-wrong" });
    await keyless.graph.query(COST_CENTERS);
    expect(keyless.kore.log().find(({ path }) => path === "/Api/api/token")?.status).toBe(200);
    await keyless.stop();
  });

  test("a 403 for missing permissions costs no new token", async () => {
    const hidden = await startApp({ accounts: { acme: { sims: 1 }, secret: { sims: 1, visible: false } } });
    const { errors } = await hidden.graph.query(`{ subscriptions(accountId: "secret") { totalCount } }`);
    expect(errors?.[0]?.extensions.code).toBe("KORE_FORBIDDEN");
    expect(hidden.kore.tokenRequests()).toEqual(["POST /Api/api/token ×1"]);
    await hidden.stop();
  });

  test("refused credentials are one named error after one request", async () => {
    const wrong = await startApp({ accounts: { acme: { sims: 1 } } }, { KORE_CLIENT_SECRET: "not-the-secret" });
    const { errors } = await wrong.graph.query(COST_CENTERS);
    expect(errors?.[0]?.extensions.code).toBe("KORE_UNAUTHENTICATED");
    expect(wrong.kore.tokenRequests()).toEqual(["POST /Api/api/token ×1"]);
    expect(wrong.kore.requests()).toEqual([]);
    await wrong.stop();
  });
});
