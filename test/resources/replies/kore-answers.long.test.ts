import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { clientNamed, write, written } from "../../support/clients.ts";
import { type InterceptedKore, interceptKore } from "../../support/kore/intercepted-kore.ts";

const ENV = {
  KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on",
  PROVISIONING_SETTLE_MS: "50",
  PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "50",
};
const SUSPEND = "POST /v1/accounts/acme/provisioning-requests/suspend";
const CREATE = "POST /v1/clients";
const JSON_TYPE = { "content-type": "application/json" };

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}
interface Suspended {
  suspendSubscriptions: {
    results: { outcome: string; reason: string | null; message: string | null }[];
    requests: { id: string }[];
  };
}

let kore: InterceptedKore;
let app: TestApp;
beforeEach(async () => {
  kore = await interceptKore();
  app = await startApp(
    { accounts: { acme: { sims: 1, states: "Active", name: "Acme" } }, clock: "real" },
    (simulator) => ({
      ...ENV,
      ...kore.environment(simulator),
    }),
  );
});
afterEach(async () => {
  await app.stop();
  await kore.stop();
});

/** Replaces KORE's replies to its writes; `isDone`: KORE does the work first. */
function answerWrites(reply: Reply | ((said: string) => Reply), isDone = false): void {
  kore.answer = (request, response, body) => {
    if (request.method === "GET") return "pass";
    void (async () => {
      const said = isDone ? (await kore.passOn(request, body)).text : "";
      const { status, headers, body: text } = typeof reply === "function" ? reply(said) : reply;
      response.writeHead(status, headers ?? JSON_TYPE).end(text);
    })();
    return undefined;
  };
}
const writes = () => kore.arrived.filter((line) => !line.startsWith("GET"));

const order = () =>
  app.graph.query<Suspended>(
    `mutation ($iccid: ICCID!) {
       suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: $iccid }], requestKey: "k" }) {
         results { outcome reason message } requests { id }
       }
     }`,
    { iccid: app.kore.iccids("acme")[0] },
  );

async function suspend() {
  const { data, errors } = await order();
  expect(errors).toBeUndefined();
  const { results = [], requests = [] } = data?.suspendSubscriptions ?? {};
  return { ...results[0], requests: requests.map(({ id }) => id) };
}

describe("an order's acknowledgement", () => {
  test.each([200, 202, 299])("B2.1 a reply of status %i with a request id is an acknowledgement", async (status) => {
    answerWrites((body) => ({ status, body }), true);
    expect(await suspend()).toMatchObject({
      outcome: "SUBMITTED",
      requests: [app.kore.provisioningRequests("acme")[0]?.id],
    });
    expect(kore.arrived).not.toContain("GET /v1/accounts/acme/provisioning-requests");
    expect(writes()).toEqual([SUSPEND]);
  });

  test.each([
    ["as a number", (id: string) => ({ data: { "provisioning-request-id": Number(id.replace(/\D/g, "")) } })],
    ["beside data", (id: string) => ({ status: "submitted", data: null, "provisioning-request-id": id })],
    [
      "with an errorMessage as well",
      (id: string) => ({ errorMessage: "later", data: { "provisioning-request-id": id } }),
    ],
  ])("B2.1 a request id is read %s", async (_, write) => {
    let id = "";
    answerWrites((said) => {
      id = /"provisioning-request-id":"([^"]+)"/.exec(said)?.[1] ?? "";
      return { status: 202, body: JSON.stringify(write(id)) };
    }, true);
    const { outcome } = await suspend();
    expect(id).not.toBe("");
    expect(outcome).toBe("SUBMITTED");
    expect(writes()).toEqual([SUSPEND]);
    expect(kore.arrived).not.toContain("GET /v1/accounts/acme/provisioning-requests");
  });
});

describe("an order's refusal", () => {
  test.each([
    ["with a status", { status: "error", errorMessage: "SIM is locked by billing" }],
    ["without one", { errorMessage: "SIM is locked by billing" }],
    [
      "with a blank id",
      { status: "failed", data: { "provisioning-request-id": "" }, errorMessage: "SIM is locked by billing" },
    ],
    ["in a list", { status: "error", errorMessage: ["SIM is locked by billing"] }],
  ])("B2.2 a 200 with errorMessage, %s, is a refusal with KORE's message after one POST", async (_, body) => {
    answerWrites({ status: 200, body: JSON.stringify(body) });
    expect(await suspend()).toMatchObject({
      outcome: "REJECTED",
      reason: "KORE_REFUSED",
      message: expect.stringContaining("SIM is locked by billing") as string,
    });
    expect(await suspend()).toMatchObject({ outcome: "REJECTED", reason: "KORE_REFUSED" });
    expect(writes()).toEqual([SUSPEND]);
  });

  test.each([400, 404, 409])("C1.2 status %i, which KORE declares, counts as not processed", async (status) => {
    answerWrites({ status, body: JSON.stringify({ message: "No" }) });
    expect(await suspend()).toMatchObject({ outcome: "REJECTED", reason: "KORE_REFUSED" });
    expect(writes()).toEqual([SUSPEND]);
  });
});

describe("an order's lost reply", () => {
  test.each([402, 405, 408, 410, 422, 423, 425, 451, 499])(
    "C1.2 status %i, which KORE does not declare, is a lost reply",
    async (status) => {
      answerWrites({ status, body: JSON.stringify({ message: "No" }) }, true);
      expect(await suspend()).toMatchObject({
        outcome: "SUBMITTED",
        requests: [app.kore.provisioningRequests("acme")[0]?.id],
      });
      expect(writes()).toEqual([SUSPEND]);
    },
  );

  test.each<[string, Reply]>([
    ["a 200 without id and errorMessage", { status: 200, body: `{"status":"submitted","data":{}}` }],
    ["a 200 with a blank errorMessage", { status: 200, body: `{"status":"submitted","errorMessage":" "}` }],
    ["a 200 with errorMessage null", { status: 200, body: `{"errorMessage":null}` }],
    ["a 200 with another error", { status: 200, body: `{"error":"no"}` }],
    ["a 202 with errorMessage, which says both", { status: 202, body: `{"errorMessage":"no"}` }],
    ["an empty 200", { status: 200 }],
    ["an empty 202", { status: 202 }],
    ["a 204", { status: 204 }],
    ["a page of HTML", { status: 200, headers: { "content-type": "text/html" }, body: "<html>ok</html>" }],
    ["a list", { status: 200, body: "[]" }],
    ["null", { status: 200, body: "null" }],
  ])("B2.4 %s is a lost reply", async (_, reply) => {
    answerWrites(reply, true);
    expect(await suspend()).toMatchObject({
      outcome: "SUBMITTED",
      requests: [app.kore.provisioningRequests("acme")[0]?.id],
    });
    expect(writes()).toEqual([SUSPEND]);
    expect(kore.arrived).toContain("GET /v1/accounts/acme/provisioning-requests");
  });

  test.each([301, 302, 304, 307, 308])(
    "B2.3 status %i to a POST is neither followed nor resent, but reconciled as a lost reply",
    async (status) => {
      const location = `${app.kore.urls.connectivity}/v1/accounts/acme/provisioning-requests/elsewhere`;
      answerWrites({ status, headers: { location } });
      expect((await order()).errors?.[0]?.extensions).toMatchObject({
        code: "KORE_CONTRACT_BROKEN",
        koreStatus: status,
      });
      expect(writes()).toEqual([SUSPEND]);
      expect(kore.arrived).toContain("GET /v1/accounts/acme/provisioning-requests");
      expect([...kore.arrived, ...app.kore.requests()].join(" ")).not.toContain("elsewhere");

      answerWrites({ status, headers: { location } }, true);
      expect(await suspend()).toMatchObject({ outcome: "SUBMITTED" });
      expect(writes()).toEqual([SUSPEND, SUSPEND]);
    },
  );
});

describe("API clients", () => {
  const create = () => write(app, "createClient", { name: "Depot" });
  const depots = () => app.kore.clients().filter(({ name }) => name === "Depot");

  test.each([200, 202])("B2.1 a creation with status %i is done, and its secret shown", async (status) => {
    answerWrites((body) => ({ status, body }), true);
    expect((await create()).data?.written).toMatchObject({
      outcome: "DONE",
      secretStatus: "SHOWN_NOW",
      client: { id: depots()[0]?.id },
    });
    expect(kore.arrived).toEqual([CREATE]);
  });

  test("B2.1 a change that is accepted with 202 is done", async () => {
    const { id } = clientNamed(app, "Acme: Billing export");
    kore.arrived.length = 0;
    answerWrites((body) => ({ status: 202, body }), true);
    expect(await written(app, "lockClient", { id })).toMatchObject({ outcome: "DONE", client: { isLocked: true } });
    expect(writes()).toEqual([`POST /v1/clients/${id}/lock`]);
  });

  test.each(["createClient", "lockClient", "renewClientKey", "deleteClient"] as const)(
    "B2.2 a 200 with errorMessage refuses %s with KORE's message after one request",
    async (mutation) => {
      const { id, name } = clientNamed(app, "Acme: Billing export");
      answerWrites({ status: 200, body: `{"status":"error","errorMessage":"quota of clients used up"}` });
      const input = {
        createClient: { name: "Depot" },
        lockClient: { id },
        renewClientKey: { id, confirm: name },
        deleteClient: { id, confirm: name },
      }[mutation];
      expect(await written(app, mutation, input)).toMatchObject({
        outcome: "REJECTED",
        reason: "KORE_REFUSED",
        message: expect.stringContaining("quota of clients used up") as string,
      });
      expect(writes()).toHaveLength(1);
      expect(app.kore.clients().find((client) => client.id === id)).toMatchObject({ name });
    },
  );

  test.each([302, 307])("B2.3 status %i to a creation is neither followed nor resent", async (status) => {
    answerWrites({ status, headers: { location: "/v1/clients/elsewhere" } });
    expect((await create()).errors?.[0]?.extensions.code).toBe("KORE_CONTRACT_BROKEN");
    expect(writes()).toEqual([CREATE]);
    expect(kore.arrived).toContain("GET /v1/clients");
    expect(kore.arrived.join(" ")).not.toContain("elsewhere");
  });

  test.each<[string, Reply]>([
    ["a 200 without an id", { status: 200, body: `{"name":"Depot"}` }],
    ["an empty 201", { status: 201 }],
    ["a 423", { status: 423, body: `{"message":"locked"}` }],
    ["a 425", { status: 425 }],
    ["a 499", { status: 499 }],
    ["a 302", { status: 302, headers: { location: "/login" } }],
  ])("B2.4, C1.2 %s to a creation is a lost reply", async (_, reply) => {
    answerWrites(reply, true);
    expect((await create()).data?.written).toMatchObject({ outcome: "ADOPTED", client: { id: depots()[0]?.id } });
    expect(writes()).toEqual([CREATE]);
  });
});

test("B2.2 a read that KORE refuses with 200 and errorMessage is an error, not an empty list", async () => {
  kore.answer = () => ({ status: 200, headers: JSON_TYPE, body: `{"status":"error","errorMessage":"no such view"}` });
  const { data, errors } = await app.graph.query(`{ subscriptions(accountId: "acme", first: 1) { nodes { id } } }`);
  expect([data, errors?.[0]?.extensions]).toMatchObject([null, { code: "KORE_REFUSED", koreStatus: 200 }]);
  expect(kore.arrived).toHaveLength(1);
});
