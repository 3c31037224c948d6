import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { SIGNED, alert, deliver, signed } from "../../support/kore/webhook-deliveries.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";
import { WAIT } from "../../support/live/toy-graph.ts";

let app: TestApp;
const iccids = () => app.kore.iccids("acme");
const pathOf = ({ method, path, query }: { method: string; path: string; query: object }) =>
  `${method} ${path}?${new URLSearchParams({ ...query }).toString()}`;
const requests = () => app.kore.log().flatMap((entry) => (entry.path.startsWith("/sms") ? [pathOf(entry)] : []));

async function text(iccid: string, words: string): Promise<string> {
  const { data } = await app.graph.query<{ sendSms: { messageId: string } }>(
    "mutation ($input: SendSmsInput!) { sendSms(input: $input) { messageId } }",
    { input: { accountId: "acme", to: { iccid }, text: words, requestKey: words } },
  );
  return data?.sendSms.messageId ?? "";
}

describe("The list of texts", () => {
  let ids: string[];
  beforeAll(async () => {
    app = await startApp({ accounts: { acme: { sims: 2, states: "Active" } } });
    ids = [];
    for (const [index, words] of ["one", "two", "three"].entries()) {
      ids.push(await text(iccids()[index % 2] ?? "", words));
      app.kore.clock.advance(1000);
    }
    app.kore.clearLog();
  });
  afterEach(() => app.kore.clearLog());
  afterAll(() => app.stop());

  const list = (args: string, fields = "id") =>
    app.graph.query<{
      account: { smsMessages: { totalCount: number; nodes: { id: string }[]; pageInfo: { endCursor: string } } };
    }>(`{ account(id: "acme") { smsMessages${args} { totalCount nodes { ${fields} } pageInfo { endCursor } } } }`);

  test("is a page of one KORE call, the newest first", async () => {
    const { data } = await list("(first: 2)");
    expect(data?.account.smsMessages).toMatchObject({ totalCount: 3, nodes: [{ id: ids[2] }, { id: ids[1] }] });
    expect(requests()).toEqual(["GET /sms/v1/messages?account-id=acme&page-index=1&max-page-item=2"]);
  });

  test.each([
    [400, "KORE_REFUSED"],
    [403, "KORE_FORBIDDEN"],
    [404, "NOT_FOUND"],
    [429, "KORE_RATE_LIMITED"],
    [500, "KORE_UNAVAILABLE"],
  ])("is an error where KORE answers %i", async (status, code) => {
    const remove = app.kore.faults.add({ effect: "status", status, path: "/sms/v1/messages", message: "no" });
    const { data, errors } = await list("(first: 1)");
    remove();
    expect(data?.account.smsMessages).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code, koreStatus: status } }]);
  });

  test("goes on after a cursor", async () => {
    const { data } = await list("(first: 2)");
    const after = data?.account.smsMessages.pageInfo.endCursor ?? "";
    expect((await list(`(first: 2, after: "${after}")`)).data?.account.smsMessages.nodes).toEqual([{ id: ids[0] }]);
    expect(requests()[1]).toBe("GET /sms/v1/messages?account-id=acme&page-index=2&max-page-item=2");
  });

  test("passes each filter and the order to KORE", async () => {
    const filter = `{ iccid: "${iccids()[0]}", direction: TO_SIM, since: "2025-01-14T23:00:00Z", until: "2025-01-15T01:00:00Z" }`;
    const { data } = await list(`(filter: ${filter}, order: OLDEST_FIRST)`);
    expect(data?.account.smsMessages.nodes).toEqual([{ id: ids[0] }, { id: ids[2] }]);
    expect(Object.fromEntries(new URLSearchParams(requests()[0]?.split("?")[1]))).toEqual({
      ...{ "account-id": "acme", iccid: iccids()[0], direction: "to_sim", "sort-order": "asc" },
      ...{ "from-date": "2025-01-14", "to-date": "2025-01-15", "page-index": "1", "max-page-item": "50" },
    });
  });

  test.each([
    ['{ iccid: "8910300000000000001", msisdn: "15550001111" }', "filter: give one of iccid and msisdn"],
    ['{ since: "2025-01-15T00:00:00Z", until: "2025-01-14T00:00:00Z" }', "filter.until: must not be before since"],
  ])("with the filter %s is refused without a KORE call", async (filter, message) => {
    const { errors } = await list(`(filter: ${filter})`);
    expect(errors?.[0]).toMatchObject({ message, extensions: { code: "BAD_USER_INPUT" } });
    expect(requests()).toEqual([]);
  });

  test("shows each field of KORE's, and the SIM", async () => {
    const fields =
      "accountId iccid msisdn shortCode action detail status rawStatus createdAt serviceTypeId organization subscription { iccid }";
    const { data } = await list(`(first: 1)`, fields);
    expect(data?.account.smsMessages.nodes).toEqual([
      {
        ...{ accountId: "acme", iccid: iccids()[0], shortCode: expect.any(String) as string, action: "to_sim" },
        msisdn: app.kore.sim("acme", iccids()[0] ?? "")?.msisdns[0],
        ...{ detail: "three", status: "IN_PROGRESS", rawStatus: "InProgress", createdAt: "2025-01-15T09:00:02.000Z" },
        ...{ serviceTypeId: expect.any(String) as string, organization: "Account acme" },
        subscription: { iccid: iccids()[0] },
      },
    ]);
  });

  test("gives one text by its id, and null for an unknown one", async () => {
    const { data } = await app.graph.query(
      `{ found: smsMessage(accountId: "acme", id: "${ids[1]}") { id } none: smsMessage(accountId: "acme", id: "0") { id } }`,
    );
    expect(data).toEqual({ found: { id: ids[1] }, none: null });
    expect(requests().sort()).toEqual([
      "GET /sms/v1/messages?account-id=acme&mid=0",
      `GET /sms/v1/messages?account-id=acme&mid=${ids[1]}`,
    ]);
  });
});

const CHANGED = `subscription ($messageId: ID) {
  smsStatusChanged(accountId: "acme", messageId: $messageId) { messageId status rawStatus errorCode iccid }
}`;
const EVENT = "connectivity.smsapi.mobileterminated";
const changeOf = (mid: string, status: string, more: object = {}) =>
  alert({ "event-name": EVENT, events: [{ id: 1, data: { mid, status, ...more } }] });

describe("Delivery states", () => {
  const [transport] = TRANSPORTS;
  afterEach(() => app.stop());

  const watch = async (variables: Record<string, unknown>) => {
    const caller = transport?.call(app.url, { query: CHANGED, variables });
    if (!caller) throw new Error("no transport to test");
    // A first event shows that the subscription is open.
    await vi.waitFor(async () => {
      const body = changeOf("m1", "Accepted");
      await deliver(app, body, signed(body));
      expect(caller.results.length).toBeGreaterThan(0);
    }, WAIT);
    return caller;
  };

  test("come from KORE's webhooks, with the error code of a failure, without a KORE call", async () => {
    app = await startApp({ accounts: { acme: { sims: 1 } } }, SIGNED);
    const caller = await watch({});
    const body = changeOf("m2", "Failed", { "error-code": 419, iccid: "8901" });
    expect(await deliver(app, body, signed(body))).toBe(200);
    await vi.waitFor(() =>
      expect(caller.results.at(-1)?.data).toEqual({
        smsStatusChanged: { messageId: "m2", status: "FAILED", rawStatus: "Failed", errorCode: "419", iccid: "8901" },
      }),
    );
    caller.leave();
    expect(app.kore.requests()).toEqual([]);
  });

  test("of one text leave out those of others, and an unknown one is UNKNOWN", async () => {
    app = await startApp({ accounts: { acme: { sims: 1 } } }, SIGNED);
    const caller = await watch({ messageId: "m1" });
    for (const body of [changeOf("m2", "Failed"), changeOf("m1", "Parked")]) await deliver(app, body, signed(body));
    await vi.waitFor(() =>
      expect(caller.results.at(-1)?.data).toMatchObject({ smsStatusChanged: { rawStatus: "Parked" } }),
    );
    const seen = caller.results.map(({ data }) => data?.smsStatusChanged as Record<string, unknown>);
    expect(new Set(seen.map(({ messageId }) => messageId))).toEqual(new Set(["m1"]));
    expect(seen.at(-1)).toMatchObject({ status: "UNKNOWN" });
    caller.leave();
  });
});
