import { afterEach, describe, expect, test } from "vitest";
import { seldom, storeCheck } from "../../src/server/health.ts";
import { type TestApp, startApp } from "../support/app.ts";
import { startToy } from "../support/live.ts";

let app: TestApp | undefined;
afterEach(() => app?.stop());

async function readiness(url: string): Promise<[status: number, body: unknown]> {
  const reply = await fetch(`${url}/readyz`);
  return [reply.status, await reply.json()];
}

const NO_KORE = { KORE_CONNECTIVITY_TOKEN_URL: "http://127.0.0.1:1/Api/api/token" };

describe("the app", () => {
  test("starts when KORE is down, is alive, and says that it is not ready, and why", async () => {
    app = await startApp({}, NO_KORE);
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
    expect(await readiness(app.url)).toEqual([
      503,
      {
        status: "not ready",
        check: "tokens",
        reason: "KORE_UNREACHABLE",
        message: "KORE could not be reached, or cut the connection",
      },
    ]);
    expect((await app.graph.query("{ capabilities { mode } }")).data).toEqual({ capabilities: { mode: "LIVE" } });
  });

  test("is not ready while KORE does not accept its credentials, and tells no secret", async () => {
    app = await startApp({}, { KORE_CLIENT_SECRET: "hunter2" });
    const [status, body] = await readiness(app.url);
    expect(status).toBe(503);
    expect(body).toMatchObject({ check: "tokens", reason: "KORE_UNAUTHENTICATED" });
    expect((await readiness(app.url))[1]).toMatchObject({ reason: "KORE_CREDENTIALS_REFUSED" });
    expect(JSON.stringify(body)).not.toMatch(/hunter2|127\.0\.0\.1/);
    expect(app.logged()).toContainEqual(
      expect.objectContaining({ level: "error", msg: "KORE does not accept the credentials of this deployment" }),
    );
    expect(JSON.stringify(app.logged())).not.toContain("hunter2");
  });

  test("is ready again once KORE is back, and asks it no oftener than once in two seconds", async () => {
    app = await startApp();
    const { kore, url } = app;
    kore.faults.add({ effect: "status", status: 503, path: "/Api/api/token" });
    for (let time = 0; time < 10; time += 1) expect((await readiness(url))[0]).toBe(503);
    expect(kore.tokenRequests()).toEqual(["POST /Api/api/token ×3"]); // One look, which is repeated.
    kore.faults.clear();
    await expect.poll(() => readiness(url), { timeout: 5_000 }).toEqual([200, { status: "ready" }]);
  });

  test("stays ready with a token that is good while KORE gives no new ones", async () => {
    app = await startApp();
    await app.graph.query('{ subscriptions(accountId: "acme", first: 1) { totalCount } }');
    app.kore.faults.add({ effect: "status", status: 503, path: "/Api/api/token" });
    expect(await readiness(app.url)).toEqual([200, { status: "ready" }]);
  });
});

test("the first check that fails is told, with its reason", async () => {
  const unwell = { reason: "STORE_NOT_WRITABLE", message: "The store cannot be written" };
  const { url } = await startToy(
    {},
    {
      checks: [
        { name: "one", check: () => Promise.resolve(undefined) },
        { name: "two", check: () => Promise.resolve(unwell) },
      ],
    },
  );
  expect(await readiness(url)).toEqual([503, { status: "not ready", check: "two", ...unwell }]);
});

test("a store that cannot be written is told without its folder", async () => {
  const writable = { write: () => Promise.resolve() };
  const full = { write: () => Promise.reject(new Error("ENOSPC: /secret/folder")) };
  expect(await storeCheck(writable).check()).toBeUndefined();
  expect(await storeCheck(full).check()).toEqual({
    reason: "STORE_NOT_WRITABLE",
    message: "The store (STORE_PATH) cannot be written",
  });
});

describe("a check that costs something", () => {
  const UNWELL = { reason: "NO", message: "no" };

  test("is looked into once however many ask, and again when it is no longer believed", async () => {
    let time = 0;
    let looks = 0;
    let found: typeof UNWELL | undefined;
    const { check } = seldom("it", () => Promise.resolve(((looks += 1), found)), { now: () => time });
    expect(await Promise.all([check(), check(), check()])).toEqual([undefined, undefined, undefined]);
    time += 9_999;
    found = UNWELL;
    expect(await check()).toBeUndefined();
    expect(looks).toBe(1);
    time += 1;
    expect(await check()).toEqual(UNWELL);
    found = undefined;
    time += 1_999;
    expect(await check()).toEqual(UNWELL);
    time += 1;
    expect(await check()).toBeUndefined();
    expect(looks).toBe(3);
  });

  test("that takes long is answered meanwhile, and goes on", async () => {
    let finish = (): void => undefined;
    const look = () => new Promise<undefined>((resolve) => (finish = () => resolve(undefined)));
    const { check } = seldom("it", look, { patience: 10 });
    expect(await check()).toMatchObject({ reason: "NO_ANSWER" });
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await check()).toBeUndefined();
  });

  test("that breaks is not well", async () => {
    const { check } = seldom("it", () => Promise.reject(new Error("hunter2")));
    expect(await check()).toEqual({ reason: "DEFECT", message: "It could not be looked into" });
  });
});
