import { beforeEach, describe, expect, test } from "vitest";
import { CredentialGate, Credentials } from "../../src/kore/credentials.ts";
import { KoreError } from "../../src/kore/error.ts";

const SECOND = 1000;
let now: number;
let asked: number;
let answer: () => unknown;
let gate: CredentialGate;

beforeEach(() => {
  now = 0;
  asked = 0;
  answer = () => "a token";
  gate = new CredentialGate(() => now);
});

const ask = () =>
  gate
    .ask(() => {
      asked += 1;
      return Promise.resolve().then(answer);
    })
    .catch((error: unknown) => (error instanceof KoreError ? error.kind : error));

const refuse = (status: number, koreMessage?: string) => () => {
  const details = { operation: "POST token", status, ...(koreMessage !== undefined && { koreMessage }) };
  throw new KoreError(status === 401 ? "unauthenticated" : "bad-request", "refused", details);
};

describe("Credentials that KORE refuses", () => {
  test("are tried again less and less often, however many want a token, half a minute apart in the end", async () => {
    answer = refuse(401);
    const at: number[] = [];
    for (; now <= 120 * SECOND; now += SECOND / 4) {
      const before = asked;
      for (let who = 0; who < 3; who += 1) expect(await ask()).toBe("unauthenticated");
      if (asked > before) at.push(now / SECOND);
    }
    expect(at.slice(1).map((time, index) => time - (at[index] ?? 0))).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  test.each([
    [401, undefined, true],
    [400, "invalid_client", true],
    [400, "No such client (unauthorized_client)", true],
    [400, "grant_type is missing", false],
    [403, "invalid_client", false],
    [500, "invalid_client", false],
  ])("are known by %s %s: %s", async (status, words, isRefused) => {
    answer = refuse(status, words);
    await ask();
    expect(gate.isRefused).toBe(isRefused);
  });

  test("are good again with the first token, and the pauses begin anew", async () => {
    answer = refuse(401);
    await ask();
    now += SECOND;
    answer = () => "a token";
    expect(await ask()).toBe("a token");
    expect(gate.isRefused).toBe(false);
    answer = refuse(401);
    await ask();
    now += SECOND;
    await ask();
    expect(asked).toBe(4);
  });
});

describe("Whether work is welcome", () => {
  function family() {
    const own = new CredentialGate(() => now);
    const told: string[] = [];
    const tokens = {
      renew: () => {
        told.push("renew");
        return own.ask(() => Promise.resolve().then(answer));
      },
      forget: () => void told.push("forget"),
    };
    return { gate: own, tokens, told };
  }

  test("asks KORE no more than once in half a minute, however often it is wondered", async () => {
    answer = refuse(401);
    const one = family();
    const credentials = new Credentials([one]);
    credentials.lose();
    for (; now < 90 * SECOND; now += SECOND) {
      credentials.retry();
      await new Promise(setImmediate);
    }
    expect(one.told).toEqual(["forget", "renew", "renew"]);
    expect(credentials.areRefused).toBe(true);
  });

  test("once one family takes them again the other is tried soon, too", async () => {
    const [one, other] = [family(), family()];
    const credentials = new Credentials([one, other]);
    credentials.lose();
    now += 2 * SECOND;
    await one.tokens.renew();
    expect(credentials.areRefused).toBe(true);
    credentials.retry();
    await new Promise(setImmediate);
    expect(credentials.areRefused).toBe(false);
  });

  test("that may have been touched loses its tokens, and nothing else", () => {
    const one = family();
    const credentials = new Credentials([one]);
    credentials.doubt();
    expect(one.told).toEqual(["forget"]);
    expect(credentials.areRefused).toBe(false);
  });
});
