import { expect, test } from "vitest";
import { type Answer, type Caller, listPath, startWithCaller } from "./support/harness.ts";

const outside = { outsideContract: true };
const control = <T = Readonly<Record<string, unknown>>>(
  caller: Caller,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<T>> => caller.call<T>(method, `/_simulator${path}`, body, outside);

test("the help names every call", async () => {
  const { caller } = await startWithCaller();
  const { status, body } = await control<{ calls: Record<string, string> }>(caller, "GET", "");
  expect(status).toBe(200);
  expect(Object.keys(body.calls)).toHaveLength(18);
});

test("examples and credentials can be asked for", async () => {
  const { kore, caller } = await startWithCaller();
  const { body } = await control(caller, "GET", "/examples");
  expect(body).toEqual({ url: kore.url, credentials: kore.credentials, examples: kore.examples });
});

test("a fault can be armed, watched and disarmed from outside", async () => {
  const { caller } = await startWithCaller();
  const path = "/connectivity/v1/ping";
  const armed = await control<{ id: number }>(caller, "POST", "/faults", {
    effect: "status",
    status: 500,
    path,
    times: 9,
  });
  expect(armed.status).toBe(201);
  expect((await caller.get("/v1/ping")).status).toBe(500);
  const { body } = await control(caller, "GET", "/faults");
  expect(body).toEqual([{ id: armed.body.id, fault: { effect: "status", status: 500, path, times: 9 }, hits: 1 }]);
  expect((await control(caller, "DELETE", `/faults/${armed.body.id}`)).status).toBe(200);
  expect((await control(caller, "DELETE", `/faults/${armed.body.id}`)).status).toBe(404);
  await control(caller, "POST", "/faults", { effect: "html" });
  await control(caller, "DELETE", "/faults");
  expect((await caller.get("/v1/ping")).status).toBe(200);
});

test.each<[unknown, string]>([
  ["{", "the body must be JSON"],
  [[], "the body must be a JSON object"],
  [{}, "effect must be one of latency, status, drop"],
  [{ effect: "explode" }, "effect must be one of latency"],
  [{ effect: "latency" }, "ms must be a whole number from 0"],
  [{ effect: "latency", ms: -1 }, "ms must be"],
  [{ effect: "status", status: 99 }, "status must be an HTTP status from 200 to 599"],
  [{ effect: "drop", when: "later" }, "when must be before, after or during"],
  [{ effect: "html", path: "clients" }, "path must be a text that starts with /"],
  [{ effect: "html", times: 0 }, "times must be a whole number from 1"],
  [{ effect: "html", tiems: 1 }, "unknown field tiems; it takes effect, method, path, after, times"],
])("a fault that makes no sense is refused: %j", async (fault, message) => {
  const { kore, caller } = await startWithCaller();
  const { status, body } = await control<{ error: string }>(caller, "POST", "/faults", fault);
  expect(status).toBe(400);
  expect(body.error).toContain(message);
  expect(kore.faults.list()).toEqual([]);
});

test("the clock can be read and moved on", async () => {
  const { kore, caller } = await startWithCaller();
  expect((await control(caller, "GET", "/clock")).body).toEqual({ now: "2025-01-15T09:00:00.000Z" });
  await control(caller, "POST", "/clock", { advanceMs: 90_000 });
  expect(kore.clock.now().toISOString()).toBe("2025-01-15T09:01:30.000Z");
  for (const body of [{ advanceMs: -1 }, { advanceMs: "1" }, {}, { ms: 1 }])
    expect((await control(caller, "POST", "/clock", body)).status).toBe(400);
});

test("tokens can be expired", async () => {
  const { caller } = await startWithCaller();
  await caller.get("/v1/ping");
  await control(caller, "POST", "/expire-tokens");
  expect((await caller.get("/v1/ping")).status).toBe(403);
});

test("the log can be read, cut to the newest, and cleared", async () => {
  const { caller } = await startWithCaller();
  await caller.get("/v1/ping");
  await caller.get("/v1/ping");
  expect((await control(caller, "GET", "/log")).body).toHaveLength(3); // a token call first
  expect((await control(caller, "GET", "/log?last=1")).body).toMatchObject([{ path: "/connectivity/v1/ping" }]);
  expect((await control(caller, "GET", "/log?last=x")).status).toBe(400);
  await control(caller, "DELETE", "/log");
  expect((await control(caller, "GET", "/log")).body).toEqual([]);
});

test("a reset brings the seed data back and keeps tokens good", async () => {
  const { kore, caller } = await startWithCaller({ accounts: { acme: { sims: 3, states: "Active" } } });
  const [iccid = ""] = kore.iccids("acme");
  await caller.post("/v1/accounts/acme/provisioning-requests/suspend", { suspend: { subscriptions: [{ iccid }] } });
  kore.clock.advance(5_000);
  expect(kore.sim("acme", iccid)?.state).toBe("Suspend");
  kore.faults.add({ effect: "html" });
  expect((await control(caller, "POST", "/reset")).status).toBe(200);
  expect(kore.sim("acme", iccid)?.state).toBe("Active");
  expect(kore.provisioningRequests("acme")).toEqual([]);
  expect(kore.log()).toEqual([]);
  expect(kore.clock.now().toISOString()).toBe("2025-01-15T09:00:00.000Z");
  expect((await caller.get(listPath("acme"))).status).toBe(200);
});

test("an unknown control call is a 404 that points to the help, and faults do not apply to control calls", async () => {
  const { kore, caller } = await startWithCaller();
  kore.faults.add({ effect: "drop", when: "before" });
  const { status, body } = await control(caller, "GET", "/nothing");
  expect([status, body]).toEqual([404, { error: "no such call; see GET /_simulator" }]);
});
