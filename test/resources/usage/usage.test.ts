import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Reply } from "../../support/app.ts";
import { type ScriptedApp, startScripted } from "../../support/kore/scripted-kore.ts";

/*
 * In front of a KORE that answers as each test says: what is asked for is asserted to the letter.
 */

const SIMS = "/v1/accounts/acme/subscriptions";
const ICCID = "89445385204117357883";
const OTHER = "89445385207001981874";

let app: ScriptedApp;
beforeAll(async () => {
  app = await startScripted({ CACHE_SECONDS: "0" });
});
afterAll(() => app.stop());

type Query = Readonly<Record<string, string>>;

/** Usage replies by id. */
let replies: Record<string, (query: Query) => unknown>;
beforeEach(() => {
  replies = {};
  app.answer((path, query) => {
    const [, , , kind = "", id = "", what] = path.split("/").slice(1);
    if (kind === "subscriptions" && what === "usage-records") return replies[id]?.(query);
    if (kind === "plans" && what === "usage-records") return replies[id]?.(query);
    if (kind === "plans") return { plan: { "plan-id": id, "usage-type": "DATA" } };
    if (kind === "subscriptions" && id !== "") return { "subscription-id": id };
    return {
      "page-info-result": { "total-count": 1 },
      subscriptions: [{ "subscription-id": "s1", iccid: ICCID }],
    };
  });
});

/** The requests for usage, each as `id start-date…end-date`, by date: parts of a span are sent together. */
const asked = () =>
  app
    .asked()
    .filter(({ path }) => path.endsWith("/usage-records"))
    .map(({ path, query }) => `${path.split("/")[5] ?? ""} ${query["start-date"] ?? ""}…${query["end-date"] ?? ""}`)
    .sort();

const FIELDS = `subscriptionId from to source isRecorded
  data { total unit rawUnit daily { date total unit rawUnit } } sms { total unit } voice { total unit }`;

async function usageOf(from: string, to: string, fields = FIELDS): Promise<Reply> {
  return app.graph.query(
    `query ($from: Date!, $to: Date!) {
      subscription(accountId: "acme", id: "s1") { usage(from: $from, to: $to) { ${fields} } }
    }`,
    { from, to },
  );
}

const usageIn = ({ data }: Reply) => (data as { subscription: { usage: Record<string, unknown> } }).subscription.usage;

const day = (date: string, total: unknown, unit = "byte") => ({ date: `${date}T00:00:00`, "total-usage": total, unit });

describe("A SIM's usage", () => {
  test("has bytes beyond 53 bits to the digit, texts and seconds, with units and days in order", async () => {
    replies.s1 = () => ({
      source: "cdr",
      "subscription-id": "cmp-k1-subscription-1",
      // As in KORE's JSON: a text of digits is what the client makes of a number that JSON.parse would round.
      data: {
        "total-usage": "9007199254740993",
        unit: "byte",
        "daily-usages": [day("2026-01-02", "9007199254740992"), day("2026-01-01", 1)],
      },
      sms: { "total-usage": 3, unit: "event" },
      voice: { "total-usage": 60, unit: "fortnight" },
    });
    expect(await usageOf("2026-01-01", "2026-01-31")).toEqual({
      data: {
        subscription: {
          usage: {
            subscriptionId: "cmp-k1-subscription-1",
            from: "2026-01-01",
            to: "2026-01-31",
            source: "cdr",
            isRecorded: true,
            data: {
              total: "9007199254740993",
              unit: "BYTE",
              rawUnit: "byte",
              daily: [
                { date: "2026-01-01", total: "1", unit: "BYTE", rawUnit: "byte" },
                { date: "2026-01-02", total: "9007199254740992", unit: "BYTE", rawUnit: "byte" },
              ],
            },
            sms: { total: "3", unit: "EVENT" },
            voice: { total: "60", unit: "UNKNOWN" },
          },
        },
      },
    });
    expect(app.asked()).toEqual([
      { path: `${SIMS}/s1`, query: {} },
      { path: `${SIMS}/s1/usage-records`, query: { "start-date": "2026-01-01", "end-date": "2026-01-31" } },
    ]);
  });

  test.each([
    ["an empty body", ""],
    ["204", null],
    ["an empty object", {}],
    ["kinds without a record", { source: "cdr", data: {}, sms: null }],
  ])("is not recorded when KORE answers with %s", async (_, reply) => {
    replies.s1 = () => reply;
    const answer = await usageOf("2026-01-01", "2026-01-31", "isRecorded data { total } sms { total } voice { total }");
    expect(answer.errors).toBeUndefined();
    expect(usageIn(answer)).toEqual({ isRecorded: false, data: null, sms: null, voice: null });
  });

  test("of zero is recorded", async () => {
    replies.s1 = () => ({ data: { "total-usage": 0, unit: "byte", "daily-usages": [] } });
    expect(usageIn(await usageOf("2026-01-01", "2026-01-31", "isRecorded data { total }"))).toEqual({
      isRecorded: true,
      data: { total: "0" },
    });
  });

  test.each([
    ["2026-01-01", "2026-01-01", ["2026-01-01…2026-01-01"]],
    ["2026-01-01", "2026-03-01", ["2026-01-01…2026-03-01"]],
    ["2026-01-01", "2026-03-02", ["2026-01-01…2026-03-01", "2026-03-01…2026-03-02"]],
    [
      "2024-01-01",
      "2024-12-31",
      [
        "2024-01-01…2024-02-29",
        "2024-02-29…2024-04-28",
        "2024-04-28…2024-06-26",
        "2024-06-26…2024-08-24",
        "2024-08-24…2024-10-22",
        "2024-10-22…2024-12-20",
        "2024-12-20…2024-12-31",
      ],
    ],
  ])(
    "from %s to %s is asked for in spans of at most 60 days, each from the last day of the one before",
    async (from, to, spans) => {
      replies.s1 = () => ({});
      await usageOf(from, to);
      expect(asked()).toEqual(spans.map((span) => `s1 ${span}`));
    },
  );

  test.each([
    ["includes", true],
    ["leaves out", false],
  ])("counts no day twice and none too little when KORE %s the last day of a span", async (_, isInclusive) => {
    const used: Query = { "2026-01-01": "1", "2026-03-01": "10", "2026-03-02": "100", "2026-03-03": "1000" };
    replies.s1 = ({ "start-date": from = "", "end-date": to = "" }) => {
      const days = Object.entries(used).filter(([date]) => date >= from && (isInclusive ? date <= to : date < to));
      const total = days.reduce((sum, [, amount]) => sum + Number(amount), 0);
      return {
        data: { "total-usage": total, unit: "byte", "daily-usages": days.map(([at, n]) => day(at, Number(n))) },
      };
    };
    const answer = await usageOf("2026-01-01", "2026-03-03", "data { total daily { date total } }");
    const days = Object.entries(used).slice(0, isInclusive ? 4 : 3);
    expect(usageIn(answer)).toEqual({
      data: {
        total: isInclusive ? "1111" : "111",
        daily: days.map(([date, total]) => ({ date, total })),
      },
    });
  });

  test("has no total when the parts of a long span differ in their units", async () => {
    replies.s1 = ({ "start-date": from }) => ({
      data: { "total-usage": 1, unit: from === "2026-01-01" ? "byte" : "megabyte" },
    });
    expect(usageIn(await usageOf("2026-01-01", "2026-03-03", "data { total unit rawUnit }"))).toEqual({
      data: { total: null, unit: null, rawUnit: null },
    });
  });

  test("of a long span fails as a whole when a part fails, so that no total lacks days", async () => {
    replies.s1 = ({ "start-date": from }) => (from === "2026-01-01" ? { data: { "total-usage": 1 } } : []);
    const { data, errors } = await usageOf("2026-01-01", "2026-03-03");
    expect(data).toEqual({ subscription: { usage: null } });
    expect(errors).toMatchObject([{ path: ["subscription", "usage"], extensions: { code: "KORE_CONTRACT_BROKEN" } }]);
  });

  test.each([
    ["2026-02-02", "2026-02-01", "from: must not be after to"],
    ["2025-01-01", "2026-01-02", "to: at most 366 days from the first to the last; 367 are asked for"],
  ])("from %s to %s is refused before KORE is asked for it", async (from, to, message) => {
    const { errors } = await usageOf(from, to);
    expect(errors).toMatchObject([{ message, extensions: { code: "BAD_USER_INPUT" } }]);
    expect(asked()).toEqual([]);
  });

  test.each(["2026-02-30", "2026-1-1", "yesterday", "2026-01-01T00:00:00Z", ""])(
    "%j is no day, which the error says without repeating it",
    async (from) => {
      const { errors } = await usageOf(from, "2026-03-01");
      expect(errors).toMatchObject([
        {
          message: expect.stringMatching(/Date must be a day that exists, such as 2026-01-31/) as string,
          extensions: { code: "BAD_USER_INPUT" },
        },
      ]);
      if (from !== "") expect(errors?.[0]?.message).not.toContain(from);
      expect(app.asked()).toEqual([]);
    },
  );

  test("that two fields ask for is one request", async () => {
    replies.s1 = () => ({});
    const span = `(from: "2026-01-01", to: "2026-01-31")`;
    await app.graph.query(
      `{ subscription(accountId: "acme", id: "s1") { a: usage${span} { isRecorded } b: usage${span} { source } } }`,
    );
    expect(asked()).toEqual(["s1 2026-01-01…2026-01-31"]);
  });
});

describe("A plan's usage", () => {
  const read = (to: string) =>
    app.graph.query(
      `query ($to: Date!) { plan(accountId: "acme", id: "p1") {
        usage(from: "2026-01-01", to: $to) { planId source usage { total unit daily { date total } } } } }`,
      { to },
    );

  test("is one kind of usage, joined over spans", async () => {
    replies.p1 = ({ "end-date": to = "" }) => ({
      source: "cdr",
      "plan-id": "p1",
      "total-usage": 5,
      unit: "sec",
      "daily-usages": [day(to, 5, "sec")],
    });
    expect(await read("2026-03-02")).toEqual({
      data: {
        plan: {
          usage: {
            planId: "p1",
            source: "cdr",
            usage: {
              total: "10",
              unit: "SECOND",
              daily: [
                { date: "2026-03-01", total: "5" },
                { date: "2026-03-02", total: "5" },
              ],
            },
          },
        },
      },
    });
    expect(asked()).toEqual(["p1 2026-01-01…2026-03-01", "p1 2026-03-01…2026-03-02"]);
  });

  test("is not recorded when KORE answers with an empty body, as its own sample expects", async () => {
    replies.p1 = () => "";
    expect(await read("2026-01-31")).toEqual({
      data: { plan: { usage: { planId: null, source: null, usage: null } } },
    });
  });
});

describe("usageBySim", () => {
  const read = (iccids: string[], fields = "iccid subscription { id } usage { data { total } }") =>
    app.graph.query<{ usageBySim: unknown[] }>(
      `query ($iccids: [ICCID!]!) {
        usageBySim(accountId: "acme", iccids: $iccids, from: "2026-01-01", to: "2026-01-31") { ${fields} } }`,
      { iccids },
    );

  test("has a row for each ICCID in order, null where the account has none", async () => {
    replies.s1 = () => ({ data: { "total-usage": 7, unit: "byte" } });
    const { data, errors } = await read([OTHER, ICCID]);
    expect(errors).toBeUndefined();
    expect(data?.usageBySim).toEqual([
      { iccid: OTHER, subscription: null, usage: null },
      { iccid: ICCID, subscription: { id: "s1" }, usage: { data: { total: "7" } } },
    ]);
    expect(app.asked().map(({ path }) => path)).toEqual([SIMS, `${SIMS}/s1/usage-records`]);
  });

  test("asks for no usage that is not selected", async () => {
    await read([ICCID], "iccid subscription { id }");
    expect(app.asked().map(({ path }) => path)).toEqual([SIMS]);
  });

  test("reports the failure of a SIM at its row, beside the usage of the others", async () => {
    app.answer((path) => {
      if (path === SIMS) {
        return {
          "page-info-result": { "total-count": 2 },
          subscriptions: [
            { "subscription-id": "s1", iccid: ICCID },
            { "subscription-id": "s2", iccid: OTHER },
          ],
        };
      }
      return path === `${SIMS}/s1/usage-records` ? { data: { "total-usage": 7 } } : undefined;
    });
    const { data, errors } = await read([OTHER, ICCID]);
    expect(data?.usageBySim).toEqual([
      { iccid: OTHER, subscription: { id: "s2" }, usage: null },
      { iccid: ICCID, subscription: { id: "s1" }, usage: { data: { total: "7" } } },
    ]);
    expect(errors).toMatchObject([{ path: ["usageBySim", 0, "usage"], extensions: { code: "NOT_FOUND" } }]);
  });

  test("refuses a wrong span and too many ICCIDs before any request", async () => {
    const many = await read(Array.from({ length: 1001 }, () => ICCID));
    expect(many.errors).toMatchObject([{ message: "iccids: at most 1000 at once; 1001 are given" }]);
    const { errors } = await app.graph.query(
      `{ usageBySim(accountId: "acme", iccids: [], from: "2026-01-02", to: "2026-01-01") { iccid } }`,
    );
    expect(errors).toMatchObject([{ message: "from: must not be after to" }]);
    expect(app.asked()).toEqual([]);
  });
});
