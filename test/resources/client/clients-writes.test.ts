import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { type Mutation, MUTATIONS, PAYLOAD, SECRETS, clientNamed, write, written } from "../../support/clients.ts";

const ON = { KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on" };
const WORLD = { accounts: { acme: { sims: 1, name: "Acme" } }, clock: "real" } as const;

let app: TestApp;
afterEach(() => app.stop());

const named = (name: string) => clientNamed(app, name);
const look = (id: string) => `GET /v1/clients/${id} ×1`;

describe("An API client", () => {
  beforeEach(async () => {
    app = await startApp(WORLD, ON);
  });

  test("is created by one request, and its secret is shown", async () => {
    const made = await written(app, "createClient", { name: "Depot", products: ["SUPER_SIM"] });
    expect(made).toMatchObject({
      outcome: "DONE",
      reason: null,
      requiresReauthorization: false,
      secretStatus: "SHOWN_NOW",
      clientSecret: expect.stringMatching(/^.{16,}$/) as string,
      client: { id: named("Depot").id, name: "Depot", type: "STANDARD", isLocked: false },
    });
    expect(app.kore.requests()).toEqual(["POST /v1/clients ×1"]);
    expect(named("Depot")).toMatchObject({ products: ["SuperSIM"], tokenLifetime: null, globalResources: [] });
  });

  test("is created with all fields of KORE's portal", async () => {
    const { clientAccountId } = app.kore.examples;
    const { outcome, client } = await written(app, "createClient", {
      name: "Back office",
      isLocked: true,
      products: ["SUPER_SIM", "PROGRAMMABLE_WIRELESS"],
      accountId: clientAccountId,
      type: "ADMIN",
      tokenLifetime: "THIRTY_DAYS",
      globalResources: [{ name: "API Clients", access: ["READ", "WRITE", "MODIFY", "DELETE"] }],
    });
    expect(outcome).toBe("DONE");
    expect(client).toMatchObject({ type: "ADMIN", isLocked: true, accountId: clientAccountId });
    expect(named("Back office")).toMatchObject({
      products: ["SuperSIM", "ProgrammableWireless"],
      tokenLifetime: "30_days",
      globalResources: [{ resourceName: "API Clients", access: ["Read", "Write", "Modify", "Delete"] }],
    });
    expect(app.kore.requests()).toEqual(["POST /v1/clients ×1"]);
  });

  test("is changed by one read and one write; omitted fields stay", async () => {
    const { id } = named("Acme: Billing export");
    const changed = await written(app, "updateClient", { id, name: "Billing", products: [] });
    expect(changed).toMatchObject({ outcome: "DONE", client: { name: "Billing" }, requiresReauthorization: true });
    expect(app.kore.requests()).toEqual([look(id), `PATCH /v1/clients/${id} ×1`]);
    expect(named("Billing")).toMatchObject({ type: "standard", tokenLifetime: null, products: [] });
  });

  test.each([
    [{ name: "New" }, false],
    [{ type: "STANDARD", name: "New" }, false],
    [{ type: "ADMIN" }, true],
    [{ tokenLifetime: "ONE_HOUR" }, true],
    [{ products: ["SUPER_SIM"] }, true],
    [{ globalResources: [] }, true],
  ])("changed by %j needs new tokens: %s", async (change, needsThem) => {
    const { id } = named("Acme: Billing export");
    const { outcome, requiresReauthorization } = await written(app, "updateClient", { id, ...change });
    expect({ outcome, requiresReauthorization }).toEqual({ outcome: "DONE", requiresReauthorization: needsThem });
  });

  test("is locked and unlocked, without a write where it already is", async () => {
    const { id } = named("Acme: Billing export");
    expect(await written(app, "unlockClient", { id })).toMatchObject({ outcome: "ALREADY_SATISFIED" });
    expect(await written(app, "lockClient", { id })).toMatchObject({ outcome: "DONE", client: { isLocked: true } });
    expect(await written(app, "lockClient", { id })).toMatchObject({ outcome: "ALREADY_SATISFIED" });
    expect(await written(app, "unlockClient", { id })).toMatchObject({ outcome: "DONE", client: { isLocked: false } });
    expect(app.kore.requests()).toEqual([
      `GET /v1/clients/${id} ×4`,
      `POST /v1/clients/${id}/lock ×1`,
      `POST /v1/clients/${id}/unlock ×1`,
    ]);
  });

  test("is disabled and enabled by one request each", async () => {
    const { id } = named("Acme: Billing export");
    expect(await written(app, "disableClient", { id })).toMatchObject({ outcome: "DONE", client: { id } });
    expect(named("Acme: Billing export").enabled).toBe(false);
    expect(await written(app, "enableClient", { id })).toMatchObject({ outcome: "DONE" });
    expect(named("Acme: Billing export").enabled).toBe(true);
    expect(app.kore.requests()).toEqual([`POST /v1/clients/${id}/disable ×1`, `POST /v1/clients/${id}/enable ×1`]);
  });

  test("gets a new key, which is shown", async () => {
    const { id, name } = named("Acme: Billing export");
    expect(await written(app, "renewClientKey", { id, confirm: name })).toMatchObject({
      outcome: "DONE",
      secretStatus: "SHOWN_NOW",
      clientSecret: expect.stringMatching(/^.{16,}$/) as string,
      requiresReauthorization: true,
      client: { id, name },
    });
    expect(app.kore.requests()).toEqual([look(id), `POST /v1/clients/${id}/renew-key ×1`]);
  });

  test("is transferred to another user, unless they own it already", async () => {
    const { id } = named("Acme: Billing export");
    const newOwner = app.kore.examples.newOwner;
    expect(await written(app, "transferClientOwnership", { id, newOwner })).toMatchObject({
      outcome: "DONE",
      client: { owner: newOwner },
    });
    expect(await written(app, "transferClientOwnership", { id, newOwner })).toMatchObject({
      outcome: "ALREADY_SATISFIED",
    });
    expect(app.kore.requests()).toEqual([`GET /v1/clients/${id} ×2`, `POST /v1/clients/${id}/transfer-ownership ×1`]);
  });

  test("is deleted, and null afterwards", async () => {
    const { id, name } = named("Acme: Billing export");
    expect(await written(app, "deleteClient", { id, confirm: name })).toMatchObject({ outcome: "DONE", client: null });
    expect(app.kore.requests()).toEqual([look(id), `DELETE /v1/clients/${id} ×1`]);
    expect(await app.graph.query(`query ($id: ID!) { client(id: $id) { id } }`, { id })).toEqual({
      data: { client: null },
    });
    expect(await written(app, "deleteClient", { id, confirm: name })).toMatchObject({
      outcome: "REJECTED",
      reason: "NOT_FOUND",
      field: "id",
    });
  });

  test.each<[Mutation, object]>([
    ["renewClientKey", {}],
    ["deleteClient", {}],
  ])("%s needs the client's name as confirmation", async (mutation, more) => {
    const { id, name } = named("Acme: Billing export");
    for (const confirm of ["", "Billing export", `${name}, which kore-graph itself uses`]) {
      expect(await written(app, mutation, { id, confirm, ...more })).toMatchObject({
        outcome: "REJECTED",
        reason: "NOT_CONFIRMED",
        field: "confirm",
        message: expect.stringContaining(name) as string,
      });
    }
    expect(app.kore.requests()).toEqual([`GET /v1/clients/${id} ×3`]);
  });

  test("that is unknown is rejected as not found", async () => {
    const inputs: Partial<Record<Mutation, object>> = {
      updateClient: { name: "New" },
      transferClientOwnership: { newOwner: "a@acme.example" },
      renewClientKey: { confirm: "x" },
      deleteClient: { confirm: "x" },
    };
    for (const mutation of Object.keys(MUTATIONS) as Mutation[]) {
      if (mutation === "createClient") continue;
      const reply = await written(app, mutation, { id: "apiclient_none", ...inputs[mutation] });
      expect(reply, mutation).toMatchObject({ outcome: "REJECTED", reason: "NOT_FOUND", client: null });
    }
    expect(await written(app, "createClient", { name: "Lost", accountId: "acct_none" })).toMatchObject({
      outcome: "REJECTED",
      reason: "NOT_FOUND",
      secretStatus: "NONE",
      clientSecret: null,
      client: null,
    });
  });

  test("is refused with KORE's message, once", async () => {
    const { id } = named("Acme: Billing export");
    const newOwner = "stranger@elsewhere.example";
    expect(await written(app, "transferClientOwnership", { id, newOwner })).toMatchObject({
      outcome: "REJECTED",
      reason: "KORE_REFUSED",
      message: expect.stringContaining("portal user") as string,
    });
    expect(app.kore.requests()).toHaveLength(2);
  });

  test.each<[rule: string, mutation: Mutation, input: object]>([
    ["input.name", "createClient", { name: "" }],
    ["input.name", "createClient", { name: " padded " }],
    ["input.name", "createClient", { name: "n".repeat(201) }],
    ["input.requestKey", "createClient", { name: "a", requestKey: "" }],
    ["input.type", "createClient", { name: "a", type: "UNKNOWN" }],
    ["input.products", "createClient", { name: "a", products: ["SUPER_SIM", "SUPER_SIM"] }],
    ["input.globalResources[0].access", "createClient", { name: "a", globalResources: [{ name: "r", access: [] }] }],
    [
      "input.globalResources[0].name",
      "createClient",
      { name: "a", globalResources: [{ name: " ", access: ["READ"] }] },
    ],
    ["input.name", "updateClient", { id: "a", name: " " }],
    ["input: names nothing to change", "updateClient", { id: "a" }],
    ["input.requestKey", "renewClientKey", { id: "a", confirm: "a", requestKey: "k".repeat(201) }],
    ["input.id", "disableClient", { id: "../../accounts" }],
  ])("with an invalid %s is refused without a KORE call", async (rule, mutation, input) => {
    const { errors } = await write(app, mutation, input);
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(errors?.[0]?.message).toContain(rule);
    expect(app.kore.requests()).toEqual([]);
  });

  test("is read after a write in its new state, by the same operation and by others", async () => {
    const { id } = named("Acme: Billing export");
    const { data } = await app.graph.query(
      `mutation ($id: ID!) {
         a: lockClient(input: { id: $id }) { client { isLocked } }
         b: updateClient(input: { id: $id, name: "Renamed" }) { client { name isLocked } }
         c: enableClient(input: { id: $id }) { client { name isLocked } }
       }`,
      { id },
    );
    expect(data).toEqual({
      a: { client: { isLocked: true } },
      b: { client: { name: "Renamed", isLocked: true } },
      c: { client: { name: "Renamed", isLocked: true } },
    });
  });

  test("is read anew after a write, though a read of it is in flight", async () => {
    const { id } = named("Acme: Billing export");
    const read = () =>
      app.graph.query<{ client: { isLocked: boolean | null } }>(`query ($id: ID!) { client(id: $id) { isLocked } }`, {
        id,
      });
    await read(); // Fetches the token in advance.
    app.kore.faults.add({ effect: "latency", ms: 2000, method: "GET", path: `/v1/clients/${id}`, times: 1 });
    const slow = read();
    await expect.poll(() => app.kore.requests()).toEqual([`GET /v1/clients/${id} ×2`]);
    await written(app, "lockClient", { id });
    const before = app.kore.log().length;
    expect((await read()).data?.client.isLocked).toBe(true);
    expect(app.kore.log().length).toBe(before + 1);
    await slow;
  });
});

describe("A mutation whose answer may hold a secret", () => {
  beforeEach(async () => {
    app = await startApp(WORLD, ON);
  });

  const CREATE = `createClient(input: { name: "Depot" }) { ${PAYLOAD} ${SECRETS} }`;
  const RENEW = `renewClientKey(input: { id: "apiclient_01j8sim00001x4t2", confirm: "x" }) { outcome }`;
  const LOCK = `lockClient(input: { id: "apiclient_01j8sim00001x4t2" }) { outcome }`;

  test.each([
    ["beside another", `mutation { a: ${LOCK} b: ${CREATE} }`],
    ["before another", `mutation { b: ${CREATE} a: ${LOCK} }`],
    ["twice, by aliases", `mutation { a: ${CREATE} b: ${CREATE} }`],
    ["in fragments", `mutation { ...A ... on Mutation { a: ${LOCK} } } fragment A on Mutation { b: ${RENEW} }`],
    ["beside one that is skipped", `mutation { a: ${LOCK.replace(") {", ") @skip(if: true) {")} b: ${CREATE} }`],
    ["where it is skipped itself", `mutation { a: ${LOCK} b: ${CREATE.replace(") {", ") @include(if: false) {")} }`],
    ["two at once", `mutation { ${RENEW} ${CREATE} }`],
  ])("is refused %s, before anything is done", async (_, query) => {
    const { data, errors } = await app.graph.query(query);
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(["BAD_USER_INPUT"]));
    expect(errors?.[0]?.message).toMatch(/must be the only field of its operation/);
    expect(JSON.stringify(data)).not.toContain("outcome");
    expect(app.kore.requests()).toEqual([]);
  });

  test("may be in a fragment, and beside __typename", async () => {
    const { data, errors } = await app.graph.query(
      `mutation { __typename ...A } fragment A on Mutation { createClient(input: { name: "Depot" }) { outcome } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ __typename: "Mutation", createClient: { outcome: "DONE" } });
  });

  test.each([
    [3, "BAD_USER_INPUT"],
    [40, "GRAPHQL_VALIDATION_FAILED"], // For its size.
  ])("is refused quickly where fragments spread fragments (%i deep)", async (depth, code) => {
    const fragments = Array.from(
      { length: depth },
      (_, n) => `fragment F${n} on Mutation { ...F${n + 1} ...F${n + 1} }`,
    ).join(" ");
    const { errors } = await app.graph.query(
      `mutation { ...F0 a: ${LOCK} } ${fragments} fragment F${depth} on Mutation { b: ${CREATE} }`,
    );
    expect(errors?.[0]?.extensions.code).toBe(code);
  });

  test("cannot be batched over HTTP", async () => {
    const reply = await app.graph.post([{ query: `mutation { ${CREATE} }` }, { query: `mutation { ${CREATE} }` }]);
    expect(reply.status).toBe(400);
    expect(app.kore.requests()).toEqual([]);
  });
});

describe("With only the published endpoints of KORE's", () => {
  const INPUTS: Record<Mutation, object> = {
    createClient: { name: "Depot", tokenLifetime: "ONE_HOUR" },
    updateClient: { id: "apiclient_1", name: "New" },
    lockClient: { id: "apiclient_1" },
    unlockClient: { id: "apiclient_1" },
    enableClient: { id: "apiclient_1" },
    disableClient: { id: "apiclient_1" },
    renewClientKey: { id: "apiclient_1", confirm: "x" },
    transferClientOwnership: { id: "apiclient_1", newOwner: "a@acme.example" },
    deleteClient: { id: "apiclient_1", confirm: "x" },
  };
  const extras = [
    { type: "ADMIN" },
    { tokenLifetime: "ONE_HOUR" },
    { globalResources: [{ name: "API Clients", access: ["READ"] }] },
  ];
  const cases: [Mutation, object][] = [
    ...(Object.entries(INPUTS) as [Mutation, object][]),
    ...extras.map((extra): [Mutation, object] => ["createClient", { name: "Depot", ...extra }]),
  ];

  beforeEach(async () => {
    app = await startApp({ ...WORLD, clients: { unpublished: false } });
  });

  test("listing, reading and creating a client work", async () => {
    const made = await written(app, "createClient", { name: "Depot", type: "STANDARD", globalResources: [] });
    expect(made).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
    const { data } = await app.graph.query<{ clients: { nodes: { id: string }[] } }>(`{ clients { nodes { id } } }`);
    expect(data?.clients.nodes).toContainEqual({ id: made.client?.id });
    expect(await app.graph.query(`query ($id: ID!) { client(id: $id) { name } }`, { id: made.client?.id })).toEqual({
      data: { client: { name: "Depot" } },
    });
    expect(app.kore.requests()).toEqual([
      "POST /v1/clients ×1",
      "GET /v1/clients ×1",
      `GET /v1/clients/${made.client?.id ?? ""} ×1`,
    ]);
  });

  test("capabilities report it", async () => {
    expect(await app.graph.query(`{ capabilities { unpublishedClientOperations } }`)).toEqual({
      data: { capabilities: { unpublishedClientOperations: false } },
    });
  });

  test.each(cases)("%s %j is NOT_PUBLISHED_BY_KORE, without a request", async (mutation, input) => {
    const { data, errors } = await write(app, mutation, input);
    expect(data).toEqual({ written: null });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions.code).toBe("NOT_PUBLISHED_BY_KORE");
    expect(errors?.[0]?.message).toMatch(/KORE's portal.*API Clients/);
    expect(app.kore.requests()).toEqual([]);
    expect(app.kore.tokenRequests()).toEqual([]);
  });
});
