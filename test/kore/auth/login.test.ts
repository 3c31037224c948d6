import { beforeEach, describe, expect, test } from "vitest";
import { LoginBackoff } from "../../../src/kore/auth/login-backoff.ts";
import { OwnCredentials } from "../../../src/kore/auth/own-credentials.ts";
import { KoreError, type KoreErrorKind } from "../../../src/kore/errors.ts";
import { Login } from "../../../src/kore/auth/login.ts";
import { readToken } from "../../../src/kore/auth/token-source.ts";

const SECOND = 1000;
let now: number;
let asked: number;
let answer: () => unknown;
let refusals: (number | undefined)[];
let backoff: LoginBackoff;

beforeEach(() => {
  now = 0;
  asked = 0;
  refusals = [];
  answer = () => ({ access_token: "a-token" });
  backoff = new LoginBackoff(
    () => now,
    (status) => refusals.push(status),
  );
});

const request = () => {
  asked += 1;
  return Promise.resolve().then(answer);
};

/** Outcome of a call that needs a token. */
const ask = () =>
  backoff
    .run(() => request().then(readToken))
    .then(
      ({ value }) => value,
      (error: unknown) => (error instanceof KoreError ? error.kind : error),
    );

const fails = (status: number, kind: KoreErrorKind) => () => {
  throw new KoreError(kind, "refused", { operation: "POST token", status });
};

/** Every form in which a token endpoint may refuse. */
const REFUSALS: [form: string, answer: () => unknown, kind: KoreErrorKind][] = [
  ["401", fails(401, "unauthenticated"), "unauthenticated"],
  ["400", fails(400, "bad-request"), "unauthenticated"],
  ["403", fails(403, "forbidden"), "unauthenticated"],
  ["200 with an OAuth error", () => ({ error: "invalid_client", error_description: "no" }), "unauthenticated"],
  ["200 with an error object", () => ({ error: { message: "no" } }), "unauthenticated"],
];

/** Every form of a reply without a token that is not a refusal. */
const NO_TOKENS: [form: string, answer: () => unknown, kind: KoreErrorKind][] = [
  ["an HTML page", fails(200, "contract"), "contract"],
  ["a 404, which is no answer to what is asked for", fails(404, "not-found"), "contract"],
  ["a redirect", fails(302, "contract"), "contract"],
  ["an empty token", () => ({ access_token: "" }), "contract"],
  ["a token that no header can carry", () => ({ access_token: "two\nlines" }), "contract"],
  ["another shape", () => ["token"], "contract"],
];

describe("A token endpoint that gives no token", () => {
  test.each([...REFUSALS, ...NO_TOKENS])(
    "B5.2 by %s is retried at growing intervals up to 30 seconds, however many calls need a token",
    async (_, form, kind) => {
      answer = form;
      const at: number[] = [];
      for (; now <= 120 * SECOND; now += SECOND / 4) {
        const before = asked;
        for (let call = 0; call < 3; call += 1) expect(await ask()).toBe(kind);
        if (asked > before) at.push(now / SECOND);
      }
      expect(at.slice(1).map((time, index) => time - (at[index] ?? 0))).toEqual([1, 2, 4, 8, 16, 30, 30]);
    },
  );

  test.each(REFUSALS)("B5.2 by %s has refused the credentials, which is reported once per request", async (_, form) => {
    answer = form;
    await ask();
    expect(backoff.refusedAt).toBe(0);
    await ask();
    await ask();
    expect(refusals).toHaveLength(2);
  });

  test.each(NO_TOKENS)("B5.2 by %s has not refused the credentials", async (_, form) => {
    answer = form;
    await ask();
    expect(backoff.refusedAt).toBeUndefined();
    expect(refusals).toEqual([]);
  });

  test.each<[number | undefined, KoreErrorKind]>([
    [503, "unavailable"],
    [429, "rate-limited"],
    [undefined, "connection"],
    [undefined, "timeout"],
  ])("as %s %s leaves pauses to circuit breaker and rate limiter", async (status, kind) => {
    answer = () => {
      throw new KoreError(kind, "away", { operation: "POST token", ...(status !== undefined && { status }) });
    };
    for (let call = 0; call < 5; call += 1) expect(await ask()).toBe(kind);
    expect(asked).toBe(5);
  });

  test("recovers with the first token, after which the intervals start again", async () => {
    answer = fails(401, "unauthenticated");
    await ask();
    now += SECOND;
    answer = () => ({ access_token: "a-token" });
    expect(await ask()).toBe("a-token");
    expect(backoff.refusedAt).toBeUndefined();
    answer = fails(401, "unauthenticated");
    await ask();
    now += SECOND;
    await ask();
    expect(asked).toBe(4);
  });
});

describe("Whether KORE accepts the credentials", () => {
  let pinged: number;
  let ping: () => unknown;
  beforeEach(() => {
    pinged = 0;
    ping = () => ({ status: "OK" });
  });

  const login = (family: "connectivity" | "clients" = "connectivity", clientId = "apiclient_1") =>
    new Login({
      family,
      clientId,
      requestToken: request,
      onRenewed: () => undefined,
      onRenewalFailed: () => undefined,
      onRefused: () => undefined,
      onAccepted: () => undefined,
      now: () => now,
    });
  const prove = (one: Login, others: Login[] = []) =>
    one
      .verify(async () => {
        pinged += 1;
        const token = await one.tokens.get();
        const reply = await Promise.resolve().then(ping);
        one.tokens.accepted(token);
        return reply;
      }, others)
      .then(
        () => "proven",
        (error: unknown) => (error as KoreError).kind,
      );

  test("A3.3 is unknown before the first call, and an accepted call replaces the ping", async () => {
    const one = login();
    expect(one.state).toBe("unknown");
    expect(await prove(one)).toBe("proven");
    expect(one.state).toBe("accepted");
    now += 29 * SECOND;
    await prove(one);
    expect(pinged).toBe(1);
    now += 2 * SECOND;
    await prove(one);
    expect(pinged).toBe(2);
  });

  test("is checked at most every 30 seconds while KORE refuses them", async () => {
    answer = fails(401, "unauthenticated");
    const one = login();
    for (; now < 90 * SECOND; now += SECOND) expect(await prove(one)).toBe("unauthenticated");
    expect(asked).toBe(3);
    expect(one.state).toBe("refused");
    answer = () => ({ access_token: "a-token" });
    expect(await prove(one)).toBe("proven");
    expect(one.state).toBe("accepted");
  });

  test("is checked at once when the other family accepts the same client, and not for another client", async () => {
    const [one, same, foreign] = [login(), login("clients"), login("clients", "apiclient_2")];
    for (const other of [same, foreign]) await prove(other);
    one.revoke();
    now += SECOND;
    const before = asked;
    expect(await prove(one, [foreign])).toBe("unauthenticated");
    expect(asked).toBe(before);
    expect(await prove(one, [same])).toBe("proven");
  });

  test.each([
    ["a 401", new KoreError("unauthenticated", "no", { operation: "GET /v1/ping", status: 401 }), "refused"],
    [
      "a 403 that names the token",
      new KoreError("forbidden", "no", {
        operation: "GET /v1/ping",
        status: 403,
        koreMessage: "no (Invalid or expired token)",
      }),
      "refused",
    ],
    // KORE does not state whether its ping needs permissions.
    [
      "another 403",
      new KoreError("forbidden", "no", { operation: "GET /v1/ping", status: 403, koreMessage: "no" }),
      "unknown",
    ],
    ["a 403 without words", new KoreError("forbidden", "no", { operation: "GET /v1/ping", status: 403 }), "unknown"],
    ["a 503", new KoreError("unavailable", "no", { operation: "GET /v1/ping", status: 503 }), "unknown"],
  ] as const)("A3.4 a ping checks more than a token: %s makes them %s", async (_, error, state) => {
    const one = login();
    ping = () => {
      throw error;
    };
    expect(await prove(one)).toBe(error.kind);
    expect(one.state).toBe(state);
  });

  test("is revoked with the client, for the families that use it only", async () => {
    const [one, same, foreign] = [login(), login("clients"), login("clients", "apiclient_2")];
    const all = [one, same, foreign];
    const credentials = new OwnCredentials(() => all);
    for (const login of all) await prove(login);
    expect(credentials.isOwn("APICLIENT_1")).toBe(true);
    expect(credentials.isOwn("apiclient_3")).toBe(false);
    credentials.revoke("APICLIENT_1");
    expect(all.map(({ state }) => state)).toEqual(["refused", "refused", "accepted"]);
    expect(all.map(({ tokens }) => tokens.current())).toEqual([undefined, undefined, "a-token"]);
    credentials.expireTokens("apiclient_2");
    expect(foreign.state).toBe("accepted");
    expect(foreign.tokens.current()).toBeUndefined();
  });
});
