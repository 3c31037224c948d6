import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { type Mutation, write, written } from "../../support/clients.ts";

const ENV = {
  KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on",
  KORE_DEADLINE_MS: "400",
  PROVISIONING_SETTLE_MS: "150",
  PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "300",
};
const WORLD = { accounts: { acme: { sims: 1, name: "Acme" } }, clock: "real" } as const;
type Fault = Parameters<TestApp["kore"]["faults"]["add"]>[0];

let app: TestApp;
beforeEach(async () => {
  app = await startApp(WORLD, ENV);
  await app.graph.query(`{ clients(first: 1) { nodes { id } } }`); // Fetches the token in advance.
  app.kore.clearLog();
});
afterEach(() => app.stop());

const depots = () => app.kore.clients().filter(({ name }) => name === "Depot");
const posts = () => app.kore.log().filter(({ method, path }) => method === "POST" && path === "/v1/clients").length;
const onCreate = { method: "POST", path: "/v1/clients", times: 1 } as const;
const create = (more: object = {}) => written(app, "createClient", { name: "Depot", ...more });
const billing = () => {
  const found = app.kore.clients().find(({ name }) => name === "Acme: Billing export");
  if (!found) throw new Error("KORE has no such client");
  return found;
};

describe("When the reply to a creation is lost", () => {
  test.each<[how: string, fault: Fault]>([
    ["cut off after the work", { effect: "drop", when: "after", ...onCreate }],
    ["cut off in the middle of the reply", { effect: "drop", when: "during", ...onCreate }],
    ["a 500 after the work", { effect: "status", status: 500, processed: true, ...onCreate }],
    ["a 504 after the work", { effect: "status", status: 504, processed: true, ...onCreate }],
    ["half of its JSON", { effect: "truncate", ...onCreate }],
    ["a page of HTML", { effect: "html", ...onCreate }],
    ["empty", { effect: "empty", ...onCreate }],
  ])("(%s) and KORE has the client, it is adopted, and its secret is LOST", async (_, fault) => {
    app.kore.faults.add(fault);
    const made = await create();
    expect(depots()).toHaveLength(1);
    expect(made).toMatchObject({
      outcome: "ADOPTED",
      client: { id: depots()[0]?.id, name: "Depot", type: "STANDARD" },
      secretStatus: "LOST",
      clientSecret: null,
      message: expect.stringContaining("renewing the key gives a new one") as string,
    });
    expect(app.kore.requests()).toEqual(["POST /v1/clients ×1", "GET /v1/clients ×1"]);
  });

  test.each<[how: string, fault: Fault]>([
    ["cut off before the work", { effect: "drop", when: "before", ...onCreate }],
    ["a 503 in place of the work", { effect: "status", status: 503, ...onCreate }],
    ["too late", { effect: "latency", ms: 1500, ...onCreate }],
  ])("(%s) and KORE does not have it, it is sent once more after the proof", async (_, fault) => {
    app.kore.faults.add(fault);
    const made = await create();
    expect(made).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW", client: { id: depots()[0]?.id } });
    expect(depots()).toHaveLength(1);
    expect(posts()).toBe(2);
  });

  test("twice, KORE's failure is returned, and a repetition creates one", async () => {
    app.kore.faults.add({ effect: "drop", when: "before", ...onCreate, times: 2 });
    const { errors } = await write(app, "createClient", { name: "Depot" });
    expect(errors?.[0]?.extensions.code).toBe("KORE_UNREACHABLE");
    expect(depots()).toEqual([]);
    expect(await create()).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
    expect(depots()).toHaveLength(1);
  });

  test("and the list cannot be read, the outcome is unknown until a repetition", async () => {
    app.kore.faults.add({ effect: "drop", when: "after", ...onCreate });
    const stop = app.kore.faults.add({ effect: "status", status: 500, method: "GET", path: "/v1/clients" });
    expect(await create()).toMatchObject({
      outcome: "OUTCOME_UNKNOWN",
      reason: "REPLY_LOST",
      message: expect.stringContaining("Look for a client of this name") as string,
      client: null,
      secretStatus: "LOST",
    });
    stop();
    // The circuit may be open for a moment.
    await expect
      .poll(create, { timeout: 10_000, interval: 300 })
      .toMatchObject({ outcome: "ADOPTED", client: { id: depots()[0]?.id } });
    expect(depots()).toHaveLength(1);
    expect(posts()).toBe(1);
  });

  test("and two clients may be it, neither is adopted", async () => {
    const headers = await koreHeaders();
    const twin = { name: "Depot", locked: false, scopes: {} };
    app.kore.faults.add({ effect: "drop", when: "after", ...onCreate });
    const stop = app.kore.faults.add({ effect: "latency", ms: 300, method: "GET", path: "/v1/clients" });
    const lost = create();
    await expect.poll(() => depots().length).toBe(1);
    await fetch(`${app.kore.urls.clients}/v1/clients`, { method: "POST", headers, body: JSON.stringify(twin) });
    stop();
    const { outcome, message } = await lost;
    expect(outcome).toBe("OUTCOME_UNKNOWN");
    for (const { id } of depots()) expect(message).toContain(id);
    expect(posts()).toBe(2); // Ours, and a foreign one.
  });

  test("an older client of the same name and one of another account are not adopted", async () => {
    const first = await create();
    app.kore.faults.add({ effect: "drop", when: "before", ...onCreate });
    const second = await create();
    expect(second).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
    expect(second.client?.id).not.toBe(first.client?.id);
    expect(depots()).toHaveLength(2);
  });
});

describe("A creation", () => {
  test("that KORE delays or does not permit is not made, with a named error", async () => {
    app.kore.faults.add({ effect: "status", status: 429, retryAfter: 0, ...onCreate });
    const limited = await write(app, "createClient", { name: "Depot", requestKey: "k" });
    expect(limited.errors?.[0]?.extensions).toMatchObject({ code: "KORE_RATE_LIMITED", retryAfterSeconds: 0 });
    app.kore.faults.add({ effect: "status", status: 403, message: "No", ...onCreate });
    expect(await create({ requestKey: "k" })).toMatchObject({ outcome: "REJECTED", reason: "NOT_PERMITTED" });
    expect(depots()).toEqual([]);
    expect(await create({ requestKey: "k" })).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
  });

  test("that KORE refuses is refused again under its key without a KORE call", async () => {
    app.kore.faults.add({ effect: "status", status: 400, message: "Bad name", ...onCreate });
    const refused = { outcome: "REJECTED", reason: "KORE_REFUSED", message: "KORE refused: Bad name" };
    expect(await create({ requestKey: "k" })).toMatchObject(refused);
    expect(await create({ requestKey: "k" })).toMatchObject(refused);
    expect(posts()).toBe(1);
    expect(await create()).toMatchObject({ outcome: "DONE" });
  });

  test("repeated with its key is made once, and shows its secret once", async () => {
    const first = await create({ requestKey: "spring" });
    const again = await create({ requestKey: "spring" });
    expect(first).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
    expect(again).toMatchObject({
      outcome: "DONE",
      secretStatus: "ALREADY_SHOWN",
      clientSecret: null,
      client: { id: first.client?.id },
      message: expect.stringContaining("renewing the key gives a new secret") as string,
    });
    expect(app.kore.requests()).toEqual(["POST /v1/clients ×1", `GET /v1/clients/${first.client?.id ?? ""} ×1`]);
  });

  test("with another creation's key is refused; the key can be used in another account", async () => {
    const { clientAccountId: accountId } = app.kore.examples;
    await create({ requestKey: "spring" });
    const other = await write(app, "createClient", { name: "Other", requestKey: "spring" });
    expect(other.errors?.[0]?.extensions.code).toBe("REQUEST_KEY_REUSED");
    expect(await create({ requestKey: "spring", accountId })).toMatchObject({ outcome: "DONE" });
    expect(depots()).toHaveLength(2);
  });

  test("repeated without a key is another one", async () => {
    const ids = [(await create()).client?.id, (await create()).client?.id];
    expect(new Set(ids).size).toBe(2);
  });

  test.each(["spring", null])(
    "sent twice at once is one, and only the first gets the secret (key: %s)",
    async (key) => {
      app.kore.faults.add({ effect: "latency", ms: 200, ...onCreate });
      const made = await Promise.all([1, 2, 3].map(() => create({ requestKey: key })));
      expect(depots()).toHaveLength(1);
      expect(made.map(({ secretStatus }) => secretStatus)).toEqual(["SHOWN_NOW", "ALREADY_SHOWN", "ALREADY_SHOWN"]);
      expect(made.filter(({ clientSecret }) => clientSecret !== null)).toHaveLength(1);
      expect(new Set(made.map(({ client }) => client?.id))).toEqual(new Set([depots()[0]?.id]));
    },
  );
});

describe("When the reply to a renewal is lost", () => {
  const renew = (requestKey: string | null) =>
    written(app, "renewClientKey", { id: billing().id, confirm: billing().name, requestKey });
  const renewals = () => app.kore.log().filter(({ path }) => path.endsWith("/renew-key")).length;
  const onRenewal = { method: "POST", path: "/v1/clients/*/renew-key", times: 1 } as const;

  test.each<Fault>([
    { effect: "drop", when: "before", ...onRenewal },
    { effect: "drop", when: "after", ...onRenewal },
    { effect: "status", status: 502, ...onRenewal },
    { effect: "latency", ms: 1500, ...onRenewal },
    { effect: "truncate", ...onRenewal },
  ])("by $effect $when, it is not sent again, with an unknown outcome", async (fault) => {
    app.kore.faults.add(fault);
    const lost = {
      outcome: "OUTCOME_UNKNOWN",
      reason: "REPLY_LOST",
      secretStatus: "LOST",
      clientSecret: null,
      requiresReauthorization: true,
      message: expect.stringContaining("Renew again") as string,
    };
    expect(await renew("spring")).toMatchObject(lost);
    expect(await renew("spring")).toMatchObject(lost);
    expect(renewals()).toBe(1);
    expect(await renew("summer")).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
  });

  test("renewing again without a key returns a secret", async () => {
    app.kore.faults.add({ effect: "drop", when: "after", ...onRenewal });
    expect(await renew(null)).toMatchObject({ outcome: "OUTCOME_UNKNOWN" });
    expect(await renew(null)).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
    expect(renewals()).toBe(2);
  });

  test("a renewal that is repeated with its key renews once, and shows its secret once", async () => {
    expect(await renew("spring")).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
    expect(await renew("spring")).toMatchObject({ outcome: "DONE", secretStatus: "ALREADY_SHOWN", clientSecret: null });
    expect(renewals()).toBe(1);
    const other = app.kore.clients().find(({ name }) => name === "Acme: Fleet dashboard");
    const reused = { id: other?.id, confirm: other?.name, requestKey: "spring" };
    expect((await write(app, "renewClientKey", reused)).errors?.[0]?.extensions.code).toBe("REQUEST_KEY_REUSED");
  });

  test("concurrent renewals are one, and only the first gets the secret", async () => {
    app.kore.faults.add({ effect: "latency", ms: 200, ...onRenewal });
    const made = await Promise.all([renew(null), renew(null)]);
    expect(made.map(({ secretStatus }) => secretStatus).sort()).toEqual(["ALREADY_SHOWN", "SHOWN_NOW"]);
    expect(renewals()).toBe(1);
  });
});

describe("When the reply to another change is lost", () => {
  const CHANGES: [Mutation, object, path: string][] = [
    ["updateClient", { name: "Renamed", type: "ADMIN" }, ""],
    ["lockClient", {}, "/lock"],
    ["transferClientOwnership", { newOwner: "dana.okafor@acme.example" }, "/transfer-ownership"],
    ["deleteClient", { confirm: "Acme: Billing export" }, ""],
  ];
  const strike = (path: string, fault: object) =>
    app.kore.faults.add({
      ...(fault as Fault),
      path: `/v1/clients/${billing().id}${path}`,
      times: 1,
      ...(path === "" ? {} : { method: "POST" }),
    });

  test.each(CHANGES)("%s is verified by a read, and sent once", async (mutation, input, path) => {
    const { id } = billing();
    for (const method of ["PATCH", "DELETE", "POST"]) {
      app.kore.faults.add({ effect: "drop", when: "after", method, path: `/v1/clients/${id}${path}`, times: 1 });
    }
    const done = await written(app, mutation, { id, ...input });
    expect(done).toMatchObject({ outcome: "DONE", message: expect.stringContaining("was lost") as string });
    expect(app.kore.log().filter(({ method }) => method !== "GET")).toHaveLength(1);
  });

  test.each(CHANGES)(
    "%s that KORE never got is not sent again, nor reported as done",
    async (mutation, input, path) => {
      const { id } = billing();
      for (const method of ["PATCH", "DELETE", "POST"]) {
        app.kore.faults.add({ effect: "drop", when: "before", method, path: `/v1/clients/${id}${path}`, times: 1 });
      }
      expect(await written(app, mutation, { id, ...input })).toMatchObject({
        outcome: "OUTCOME_UNKNOWN",
        reason: "REPLY_LOST",
        message: expect.stringContaining("repeating the change is safe") as string,
        client: { id },
      });
      expect(app.kore.log().filter(({ method }) => method !== "GET")).toHaveLength(1);
      expect(await written(app, mutation, { id, ...input })).toMatchObject({ outcome: "DONE" });
    },
  );

  test.each<[Mutation, object, string]>([
    ["disableClient", {}, "/disable"],
    ["enableClient", {}, "/enable"],
    ["updateClient", { tokenLifetime: "ONE_HOUR" }, ""],
  ])("%s, which KORE's reads do not show, has an unknown outcome", async (mutation, input, path) => {
    const { id } = billing();
    strike(path, path === "" ? { effect: "drop", when: "after", method: "PATCH" } : { effect: "drop", when: "after" });
    expect(await written(app, mutation, { id, ...input })).toMatchObject({
      outcome: "OUTCOME_UNKNOWN",
      message: expect.stringContaining("KORE's reads do not show") as string,
    });
    expect(app.kore.log().filter(({ method }) => method !== "GET")).toHaveLength(1);
  });

  test("a change without a connection to KORE is an error, and nothing was sent", async () => {
    app.kore.faults.add({ effect: "status", status: 500, method: "GET", path: "/v1/clients/*" });
    const { errors } = await write(app, "lockClient", { id: billing().id });
    expect(errors?.[0]?.extensions.code).toBe("KORE_UNAVAILABLE");
    expect(app.kore.log().filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

describe("After a restart", () => {
  test("a request key still identifies its client, and its secret is not shown again", async () => {
    const first = await create({ requestKey: "spring" });
    await app.restart();
    app.kore.clearLog();
    expect(await create({ requestKey: "spring" })).toMatchObject({
      outcome: "DONE",
      secretStatus: "ALREADY_SHOWN",
      clientSecret: null,
      client: { id: first.client?.id },
    });
    expect(app.kore.requests()).toEqual([`GET /v1/clients/${first.client?.id ?? ""} ×1`]);
    const other = await write(app, "createClient", { name: "Other", requestKey: "spring" });
    expect(other.errors?.[0]?.extensions.code).toBe("REQUEST_KEY_REUSED");
  });

  test("an unknown outcome is reconciled by a repetition, without a second creation", async () => {
    app.kore.faults.add({ effect: "drop", when: "after", ...onCreate });
    const stop = app.kore.faults.add({ effect: "status", status: 500, method: "GET", path: "/v1/clients" });
    expect(await create({ requestKey: "spring" })).toMatchObject({ outcome: "OUTCOME_UNKNOWN" });
    stop();
    await app.restart();
    expect(await create({ requestKey: "spring" })).toMatchObject({ outcome: "ADOPTED", secretStatus: "LOST" });
    expect(await create({ requestKey: "spring" })).toMatchObject({ outcome: "ADOPTED", secretStatus: "LOST" });
    expect(depots()).toHaveLength(1);
    expect(posts()).toBe(1);
  });
});

async function koreHeaders(): Promise<Record<string, string>> {
  const { clientId, clientSecret } = app.kore.credentials;
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  const reply = await fetch(app.kore.urls.globalToken, { method: "POST", body: form });
  const { access_token: token } = (await reply.json()) as { access_token: string };
  return { authorization: `Bearer ${token}`, "content-type": "application/json" };
}
