import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { newApiKey } from "../../../src/server/auth/api-keys.ts";
import { type TestApp, startApp } from "../../support/app.ts";
import { MODE, ROUTER_SECRET, ask, authEnvironment, bearer, keysFile, startIssuer } from "../../support/auth.ts";
import { TRANSPORTS, socketUrl } from "../../support/live/callers.ts";

const WELCOME = { data: { capabilities: { mode: "LIVE" } } };
const REFUSED = {
  errors: [{ message: "The caller could not be authenticated", extensions: { code: "UNAUTHENTICATED" } }],
};
const ROUTED = {
  "x-kore-graph-router-secret": ROUTER_SECRET,
  "x-kore-graph-caller-id": "ada",
  "x-kore-graph-caller-role": "viewer",
  "x-kore-graph-caller-accounts": "*",
};

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let file: Awaited<ReturnType<typeof keysFile>>;
let app: TestApp;
let key = "";
const why = () => app.logged().findLast(({ msg }) => msg === "a caller was refused")?.why;
const status = async (headers: Record<string, string>) => (await ask(app.url, MODE, headers)).status;

beforeAll(async () => {
  issuer = await startIssuer();
  file = await keysFile({ name: "erp", role: "operator", accounts: "*" });
  [key = ""] = file.keys;
  app = await startApp({}, authEnvironment({ issuer, keys: file, router: true }));
});
afterAll(() => app.stop());

describe("with all ways at once", () => {
  test("each lets in by itself", async () => {
    for (const headers of [
      bearer(await issuer.token()),
      bearer(key),
      { authorization: `bearer  ${key}` },
      { "x-api-key": key },
      ROUTED,
    ]) {
      const { status, reply } = await ask(app.url, MODE, headers);
      expect([status, reply]).toEqual([200, WELCOME]);
    }
  });

  test("a request without a credential is refused, without further information", async () => {
    const { status, headers, reply } = await ask(app.url, MODE);
    expect([status, headers.get("www-authenticate"), reply]).toEqual([401, "Bearer", REFUSED]);
    expect(why()).toBe("no credential");
  });

  test("a wrong credential is refused in the same words, whichever it is, and none of it is logged", async () => {
    const strange = `kg_${randomBytes(32).toString("base64url")}`;
    for (const headers of [
      bearer("x.y.z"),
      bearer(strange),
      { "x-api-key": strange },
      { "x-api-key": "" },
      { authorization: `Basic ${Buffer.from("ada:secret").toString("base64")}` },
      { authorization: "Bearer" },
      { authorization: key },
      { ...ROUTED, "x-kore-graph-router-secret": `${ROUTER_SECRET}!` },
    ]) {
      const { status, reply } = await ask(app.url, MODE, headers);
      expect([status, reply]).toEqual([401, REFUSED]);
    }
    const log = JSON.stringify(app.logged());
    for (const secret of [strange, ROUTER_SECRET, "x.y.z", key]) expect(log).not.toContain(secret);
  });

  test("a wrong credential is not made good by a right one beside it, nor are two right ones", async () => {
    const token = await issuer.token();
    expect(await status({ ...bearer("x.y.z"), "x-api-key": key })).toBe(401);
    expect(await status({ ...bearer(token), "x-api-key": "wrong" })).toBe(401);
    expect(await status({ ...ROUTED, ...bearer("x.y.z") })).toBe(401);
    expect(await status({ ...bearer(token), "x-api-key": key })).toBe(401);
    expect(why()).toBe("several credentials at once");
  });

  test("before authentication no body is read, and KORE is not called", async () => {
    app.kore.clearLog();
    const answer = await fetch(`${app.url}/graphql`, { method: "POST", body: "x".repeat(3_000_000) }).catch(() => null);
    expect([401, undefined]).toContain(answer?.status);
    for (const query of ["{ accounts { id } }", "{ __schema { queryType { name } } }", "{ _service { sdl } }", "{"]) {
      expect((await ask(app.url, query)).reply).toEqual(REFUSED);
    }
    expect(app.kore.log()).toEqual([]);
  });

  test("by GET too", async () => {
    const get = (headers: object) =>
      fetch(`${app.url}/graphql?query=${encodeURIComponent(MODE)}`, {
        headers: { "apollo-require-preflight": "1", ...headers },
      });
    expect((await get({})).status).toBe(401);
    expect((await get(bearer(key))).status).toBe(200);
  });

  test.each(["/livez", "/readyz", "/", "/playground/tabs.json"])("%s is open to all", async (path) => {
    expect((await fetch(app.url + path)).status).toBe(200);
  });

  test("an unknown address is answered 404", async () => {
    expect((await fetch(`${app.url}/nothing`)).status).toBe(404);
  });

  test("the graph may be called by any name, since a page that rebinds one has no credential", async () => {
    const named = (headers: object) =>
      new Promise<number | undefined>((resolve, reject) => {
        const call = request(`${app.url}/graphql`, {
          method: "POST",
          headers: { host: "graph.acme.example", "content-type": "application/json", ...headers },
        });
        call.on("response", (reply) => resolve(reply.resume().statusCode)).on("error", reject);
        call.end(JSON.stringify({ query: MODE }));
      });
    expect([await named(bearer(key)), await named({})]).toEqual([200, 401]);
  });
});

describe.each(TRANSPORTS)("over $name", ({ name, call }) => {
  test("each way lets in by itself", async () => {
    for (const credentials of [bearer(await issuer.token()), bearer(key), { "X-API-Key": key }, ROUTED]) {
      const caller = call(app.url, { query: MODE }, credentials);
      expect([await caller.ended, caller.results]).toEqual(["complete", [WELCOME]]);
    }
  });

  test.each([{}, bearer("x.y.z"), { "x-api-key": "kg_no" }, { ...ROUTED, authorization: "Bearer x" }])(
    "%j is refused",
    async (credentials) => {
      app.kore.clearLog();
      const caller = call(app.url, { query: "{ accounts { id } }" }, credentials);
      expect(await caller.ended).toBe(name === "WebSocket" ? "closed 4403" : "Server responded with 401: Unauthorized");
      expect([caller.results, app.kore.log()]).toEqual([[], []]);
    },
  );
});

describe("a socket", () => {
  /** How it ends, or the first message. */
  const say = (parameters: unknown, headers: Record<string, string> = {}, also: string[] = []) =>
    new Promise<string>((resolve, reject) => {
      const socket = new WebSocket(socketUrl(app.url), "graphql-transport-ws", { headers });
      socket.once("error", reject);
      socket.once("open", () => {
        socket.send(JSON.stringify({ type: "connection_init", payload: parameters }));
        for (const message of also) socket.send(message);
      });
      socket.once("close", (code, reason) => resolve(`${code} ${String(reason)}`));
      socket.once("message", (data: Buffer) => {
        resolve(data.toString());
        socket.terminate();
      });
    });
  const ACK = '{"type":"connection_ack"}';

  test("takes the credential of its request too, and the same one twice", async () => {
    expect(await say({}, bearer(key))).toBe(ACK);
    expect(await say({ Authorization: `Bearer ${key}`, theme: "dark" }, bearer(key))).toBe(ACK);
    expect(await say({ authorization: null }, bearer(key))).toBe(ACK);
  });

  test.each([
    ["a wrong one beside the right one", { authorization: "Bearer x.y.z" }],
    ["another key", { "x-api-key": "kg_other" }],
    ["what is no text", { authorization: { Bearer: "x" } }],
  ])("refuses %s", async (_, parameters) => {
    expect(await say(parameters, bearer(key))).toBe("4403 The caller could not be authenticated");
  });

  test("runs nothing before authentication", async () => {
    const subscribe = JSON.stringify({ id: "1", type: "subscribe", payload: { query: "{ accounts { id } }" } });
    app.kore.clearLog();
    expect(await say({ "x-api-key": "kg_no" }, {}, [subscribe])).toMatch(/^440[13] /);
    expect(app.kore.log()).toEqual([]);
  });

  test("is closed with a code for a retry while authentication is unavailable", async () => {
    issuer.state.isUp = false;
    await issuer.addKey("new");
    const token = await issuer.token({}, { kid: "new" });
    const down = await startApp({}, authEnvironment({ issuer }));
    const socket = new WebSocket(socketUrl(down.url), "graphql-transport-ws");
    socket.once("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: bearer(token) })));
    const code = await new Promise((resolve) => socket.once("close", resolve));
    issuer.state.isUp = true;
    await down.stop();
    expect(code).toBe(1013);
  });
});

describe("API keys", () => {
  test("are changed without a restart: a new one works, one that was taken out does not", async () => {
    const own = await keysFile(
      { name: "erp", role: "viewer", accounts: "*" },
      { name: "crm", role: "viewer", accounts: "*" },
    );
    const [erp = "", crm = ""] = own.keys;
    await own.write(own.entries[0]);
    const keyed = await startApp({}, authEnvironment({ keys: own }));
    const status = async (one: string) => (await ask(keyed.url, MODE, bearer(one))).status;
    try {
      expect([await status(erp), await status(crm)]).toEqual([200, 401]);
      await own.write(own.entries[1]);
      await expect.poll(() => status(crm), { timeout: 5_000 }).toBe(200);
      expect(await status(erp)).toBe(401);

      await writeFile(own.path, '[{ "name": "erp", ');
      await expect.poll(() => keyed.logged().some(({ level }) => level === "error"), { timeout: 5_000 }).toBe(true);
      expect(await status(crm)).toBe(200);
      const [, , ...more] = own.entries;
      await own.write(...more);
      await expect.poll(() => status(crm), { timeout: 5_000 }).toBe(401);
      expect(keyed.logged().filter(({ level }) => level === "error")).toHaveLength(1); // Not every second.
    } finally {
      await keyed.stop();
    }
  });

  test.each([
    ["no JSON", "{", "is not JSON"],
    ["no list", "{}", "entry"],
    ["an unknown role", [{ name: "erp", role: "root", accounts: "*", sha256: "a".repeat(64) }], "entry 0.role"],
    ["no accounts", [{ name: "erp", role: "viewer", sha256: "a".repeat(64) }], "entry 0.accounts"],
    [
      "a key where its hash should be",
      [{ name: "e", role: "viewer", accounts: "*", sha256: "kg_x" }],
      "entry 0.sha256",
    ],
    ["a misspelt word", [{ name: "e", role: "viewer", accounts: "*", sha256: "a".repeat(64), rol: 1 }], "entry 0"],
    [
      "a name that would break a line",
      [{ name: "e\n", role: "viewer", accounts: "*", sha256: "a".repeat(64) }],
      "entry 0.name",
    ],
  ])("a file with %s is refused at the start, by place and rule", async (_, content, message) => {
    const own = await keysFile();
    await writeFile(own.path, typeof content === "string" ? content : JSON.stringify(content));
    await expect(startApp({}, authEnvironment({ keys: own }))).rejects.toThrow(`AUTH_API_KEYS_FILE: ${message}`);
  });

  test.each([
    [{ role: "viewer", accounts: "*" }, "--name: "],
    [{ name: "erp", role: "root", accounts: "*" }, "--role: "],
    [{ name: "erp", role: "viewer" }, "--accounts: must be a list of account ids"],
    [{ name: "erp", role: "viewer", accounts: "cmp 1" }, "--accounts: must be a list of account ids"],
  ])("are not made for %j", (rights, message) => {
    expect(() => newApiKey(rights)).toThrow(message);
  });

  test("a file that is not there is refused at the start", async () => {
    await expect(startApp({}, { AUTH_API_KEYS_FILE: "/nowhere/keys.json" })).rejects.toThrow(
      "AUTH_API_KEYS_FILE: cannot be read (ENOENT)",
    );
  });
});

describe("a trusted router", () => {
  test.each([
    ["no secret", { "x-kore-graph-router-secret": "" }, "not the router's secret"],
    ["another secret", { "x-kore-graph-router-secret": ROUTER_SECRET.toUpperCase() }, "not the router's secret"],
    ["no caller", { "x-kore-graph-caller-id": "" }, "no valid id or name of the caller"],
    ["no role", { "x-kore-graph-caller-role": "" }, "no valid role"],
    ["two roles", { "x-kore-graph-caller-role": "viewer, admin" }, "no valid role"],
    ["accounts that are none", { "x-kore-graph-caller-accounts": "cmp 1" }, "no valid list of accounts"],
  ])("with %s is refused", async (_, headers, reason) => {
    expect(await status({ ...ROUTED, ...headers })).toBe(401);
    expect(why()).toBe(`trusted router: ${reason}`);
  });

  test("without accounts or a caller is refused", async () => {
    for (const name of ["x-kore-graph-caller-accounts", "x-kore-graph-caller-role", "x-kore-graph-caller-id"]) {
      const headers = Object.fromEntries(Object.entries(ROUTED).filter(([other]) => other !== name));
      expect(await status(headers)).toBe(401);
    }
  });

  test("that passes on a caller's own header beside its own is refused", async () => {
    const both = await new Promise<number | undefined>((resolve, reject) => {
      const call = request(`${app.url}/graphql`, { method: "POST" });
      for (const [name, value] of Object.entries(ROUTED)) call.setHeader(name, value);
      call.setHeader("content-type", "application/json");
      call.setHeader("x-kore-graph-caller-accounts", ["cmp-1", "cmp-2"]);
      call.on("response", (reply) => resolve(reply.resume().statusCode)).on("error", reject);
      call.end(JSON.stringify({ query: MODE }));
    });
    expect([both, why()]).toEqual([401, "trusted router: x-kore-graph-caller-accounts is given twice"]);
  });

  test("may still use the secret before", async () => {
    const routed = await startApp({}, { AUTH_ROUTER_SECRETS: `${"n".repeat(32)}, ${ROUTER_SECRET}` });
    const byNew = { ...ROUTED, "x-kore-graph-router-secret": "n".repeat(32) };
    expect((await ask(routed.url, MODE, ROUTED)).status).toBe(200);
    expect((await ask(routed.url, MODE, byNew)).status).toBe(200);
    await routed.stop();
  });

  test("is not believed where none is configured", async () => {
    const keyed = await startApp({}, authEnvironment({ keys: file }));
    expect((await ask(keyed.url, MODE, ROUTED)).status).toBe(401);
    expect((await ask(keyed.url, MODE, { ...bearer(key), "x-kore-graph-caller-role": "admin" })).status).toBe(401);
    await keyed.stop();
  });
});

test("the audit log names the caller of a write, and callers cannot use another's name", async () => {
  const { accountId } = app.kore.examples;
  const inStock = app.kore.iccids(accountId).filter((iccid) => app.kore.sim(accountId, iccid)?.state === "Stock");
  const order = `mutation ($accountId: ID!, $iccid: ICCID!) { activateSubscriptions(input: {
    accountId: $accountId, activationState: READY, subscriptions: [{ iccid: $iccid }] }) { counts { submitted } } }`;
  const namesake = { ...ROUTED, "x-kore-graph-caller-role": "operator", "x-kore-graph-caller-name": "erp" };
  const token = await issuer.token({ sub: "erp", role: "operator" });
  for (const [headers, who] of [
    [bearer(key), "key erp"],
    [namesake, "router ada (erp)"],
    [bearer(token), "jwt erp"],
  ] as const) {
    const { reply } = await ask(app.url, order, headers, { accountId, iccid: inStock.pop() });
    expect(reply.errors).toBeUndefined();
    expect(app.logged().findLast(({ msg }) => msg === "audit")?.audit).toMatchObject({ who, accountId });
  }
});
