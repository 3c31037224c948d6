import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { type InterceptedKore, interceptKore } from "../../support/kore/intercepted-kore.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";

const SECRET = "s3cret";
const CALLBACK = "https://graph.acme.example/hook";

let kore: InterceptedKore;
let app: TestApp;
beforeEach(async () => {
  kore = await interceptKore();
  app = await startApp({ accounts: { acme: { sims: 2, states: "Active" } }, clock: "real" }, (simulator) => ({
    ...kore.environment(simulator),
    KORE_WEBHOOK_SECRETS: SECRET,
    KORE_WEBHOOK_URL: CALLBACK,
    PROVISIONING_SETTLE_MS: "50",
  }));
});
afterEach(async () => {
  await app.stop();
  await kore.stop();
});

const ICCID = "8988303000000000001";
/** Bodies that KORE's provisioning endpoints received. */
let written: string[];

/** A KORE with one SIM, with numbers in the given form. */
function holdSim({ id, iccid = `"${ICCID}"`, request = `"r1"`, total = "1" }: Record<string, string>): void {
  written = [];
  kore.answer = ({ method, url = "" }, _, body) => {
    const reply = (text: string) => ({ status: 200, headers: { "content-type": "application/json" }, body: text });
    const sim = `{"subscription-id":${id},"iccid":${iccid},"state":"Active"}`;
    if (method === "POST") {
      written.push(body);
      return reply(`{"status":"submitted","data":{"provisioning-request-id": ${request}}}`);
    }
    if (url.includes("/provisioning-requests")) return { status: 404 };
    if (/subscriptions\/[^?]/.test(url)) return reply(sim);
    return reply(`{"page-info-result":{"total-count":${total},"page-number":1},"subscriptions":[${sim}]}`);
  };
}

const list = () =>
  app.graph.query<{ subscriptions: { totalCount: number | null; nodes: { id: string; iccid: string }[] } }>(
    `{ subscriptions(accountId: "acme", first: 1) { totalCount nodes { id iccid } } }`,
  );
const suspend = () =>
  app.graph.query<{ suspendSubscriptions: { results: object[]; requests: { id: string }[] } }>(
    `mutation { suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: "${ICCID}" }] }) {
      results { outcome } requests { id } } }`,
  );

describe("from KORE", () => {
  test.each([
    ["9007199254740993", "9007199254740993"],
    ["-9007199254740993", "-9007199254740993"],
    ["12345678901234567890123", "12345678901234567890123"],
    ["9007199254740991", "9007199254740991"],
    ["7", "7"],
  ])("B1.1 the id %s is shown and sent with all digits", async (number, id) => {
    holdSim({ id: number });
    expect((await list()).data?.subscriptions.nodes).toEqual([{ id, iccid: ICCID }]);
    expect((await suspend()).data?.suspendSubscriptions.results).toEqual([{ outcome: "SUBMITTED" }]);
    expect(written).toHaveLength(1);
    expect(written[0]).toContain(`"subscription-id":"${id}"`);
  });

  test.each(["9.007199254740993e15", "9007199254740993.0", "90071992547409930e-1", "1e21", "1e400", "-1e17"])(
    "B1.1 the id %s is a contract error, and nothing is written",
    async (number) => {
      holdSim({ id: number });
      expect((await list()).errors?.[0]?.extensions.code).toBe("KORE_CONTRACT_BROKEN");
      expect((await suspend()).errors?.[0]?.extensions.code).toBe("KORE_CONTRACT_BROKEN");
      expect(written).toEqual([]);
    },
  );

  test("B1.1 an ICCID that KORE sends as a number is shown with all digits", async () => {
    holdSim({ id: `"s1"`, iccid: ICCID });
    expect((await list()).data?.subscriptions.nodes).toEqual([{ id: "s1", iccid: ICCID }]);
  });

  test("B1.1 an id is exact in a page that is read again", async () => {
    const page = (id: number) =>
      `{"page-info-result":{"total-count":40},"subscriptions":[${Array.from(
        { length: 40 },
        (_, row) => `{"subscription-id":90071992547409${row + 10}${row === 3 ? id : 1},"iccid":"${ICCID}"}`,
      ).join()}]}`;
    for (const last of [1, 1, 1, 3, 3, 5, 7]) {
      kore.answer = () => ({ status: 200, body: page(last) });
      const { data } = await app.graph.query<{ subscriptions: { nodes: { id: string }[] } }>(
        `{ subscriptions(accountId: "acme", first: 40) { nodes { id } } }`,
      );
      expect(data?.subscriptions.nodes[3]?.id).toBe(`9007199254740913${last}`);
    }
  });

  test("B1.1 the id of a provisioning request keeps all digits", async () => {
    holdSim({ id: `"s1"`, request: "9007199254740993" });
    expect((await suspend()).data?.suspendSubscriptions.requests).toEqual([{ id: "9007199254740993" }]);
  });

  test.each(["9007199254740993", "3000000000", "1e300"])("B1.1 a total of %s is accepted", async (total) => {
    holdSim({ id: `"s1"`, total });
    const { data, errors } = await list();
    expect(errors).toBeUndefined();
    expect(data?.subscriptions).toMatchObject({ totalCount: null, nodes: [{ id: "s1" }] });
  });
});

describe("from KORE's webhooks", () => {
  const deliver = (body: string) => {
    const signature = createHash("sha256").update(`${SECRET}POST${CALLBACK}${body}`).digest("hex");
    return fetch(`${app.url}/webhooks/kore`, { method: "POST", headers: { "kore-signature": signature }, body });
  };
  const event = (account: string, sim: string) =>
    `{"event-name":"connectivity.subscription.state.changed","account":${account},"events":[{"id":12345678901234567890,"data":{"subscription-id":${sim},"old-state":"Active","new-state":"Suspended","exact-date-time":"2025-01-15T09:00:00Z"}}]}`;

  test("B1.1 ids keep all digits", async () => {
    const [transport] = TRANSPORTS;
    const caller = transport?.call(app.url, {
      query: `subscription { subscriptionStateChanged(accountId: "9007199254740993") { accountId subscriptionId } }`,
    });
    await new Promise((resolve) => setTimeout(resolve, 300)); // The subscription starts without an acknowledgement.
    expect((await deliver(event("9007199254740993", "9007199254740995"))).status).toBe(200);
    await expect
      .poll(() => caller?.results.map(({ data }) => data?.subscriptionStateChanged))
      .toEqual([{ accountId: "9007199254740993", subscriptionId: "9007199254740995" }]);
    caller?.leave();
  });

  test("B1.1 an account that is not exact is refused", async () => {
    expect((await deliver(event("1e21", `"s1"`))).status).toBe(400);
    expect((await deliver(event("9007199254740993e0", `"s1"`))).status).toBe(400);
  });
});

describe("from callers", () => {
  const query = 'query ($id: ID!) { subscription(accountId: $id, iccid: "8988303000000000001") { id } }';
  const body = (number: string) => `{"query":${JSON.stringify(query)},"variables":{"id":${number}}}`;
  const numbers = ["9007199254740993", "-9007199254740993", "9.007199254740993e15", "9007199254740993.0", "1e21"];
  const REFUSED = { code: "BAD_USER_INPUT" };

  test.each(numbers)("B1.1 a variable %s is refused, by POST and GET, by both executors", async (number) => {
    for (let time = 0; time < 3; time += 1) {
      const reply = await app.graph.post(body(number));
      const { errors } = (await reply.json()) as { errors: { message: string; extensions: object }[] };
      expect([reply.status, errors[0]]).toMatchObject([400, { extensions: REFUSED }]);
      expect(errors[0]?.message).toContain("$id");
      expect(errors[0]?.message).not.toContain("254740992");
      await app.graph.query(query, { id: "acme" }); // The document is cached from here on.
    }
    const address = `${app.url}/graphql?query=${encodeURIComponent(query)}&variables=${encodeURIComponent(`{"id":${number}}`)}`;
    const got = await fetch(address, { headers: { "apollo-require-preflight": "1" } });
    expect(await got.json()).toMatchObject({ errors: [{ extensions: REFUSED }] });
    expect(kore.arrived.join(" ")).not.toContain("9007199254740992");
  });

  test("B1.1 numbers inside inputs and lists are refused, and nothing is written", async () => {
    const text = `mutation ($input: SuspendSubscriptionsInput!) { suspendSubscriptions(input: $input) { counts { submitted } } }`;
    const variables = `{"input":{"accountId":"acme","subscriptions":[{"id":"a"},{"id":9007199254740993}]}}`;
    const reply = await app.graph.post(`{"query":${JSON.stringify(text)},"variables":${variables}}`);
    expect(await reply.json()).toMatchObject({ errors: [{ extensions: REFUSED }] });
    expect(kore.arrived).toEqual([]);
  });

  test.each(TRANSPORTS)("B1.1 variables over $name are refused", async ({ call }) => {
    const watching = `subscription ($id: ID!) { provisioningRequestUpdated(accountId: "acme", id: $id) { id } }`;
    const caller = call(app.url, { query: watching, variables: { id: 2 ** 53 } });
    await expect.poll(() => caller.results[0]?.errors?.[0]?.extensions).toMatchObject(REFUSED);
    expect(kore.arrived).toEqual([]);
    caller.leave();
  });

  test("B1.1 a literal in the query keeps all digits", async () => {
    holdSim({ id: "9007199254740993" });
    const { data } = await app.graph.query(`{ subscription(accountId: "acme", id: 9007199254740993) { id } }`);
    expect(data).toEqual({ subscription: { id: "9007199254740993" } });
    expect(kore.arrived).toEqual(["GET /v1/accounts/acme/subscriptions/9007199254740993"]);
  });

  test("B1.1 a reference's key that is a rounded literal is refused", async () => {
    const { errors } = await app.graph.query(
      `{ _entities(representations: [{ __typename: "SimSubscription", accountId: "acme", id: 9007199254740993 }]) { __typename } }`,
    );
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(kore.arrived).toEqual([]);
  });

  test("B1.1 a safe integer is an id as before", async () => {
    holdSim({ id: "42" });
    const { data } = await app.graph.query(`query ($id: ID!) { subscription(accountId: "acme", id: $id) { id } }`, {
      id: 42,
    });
    expect(data).toEqual({ subscription: { id: "42" } });
  });
});
