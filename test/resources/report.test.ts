import { afterEach, beforeEach, expect, test } from "vitest";
import { startApp, type Reply, type TestApp } from "../support/app.ts";
import { ROUTER_SECRET } from "../support/auth.ts";
import { captureCaches, captureSpans, holds } from "../support/captured-outputs.ts";
import { cacheDocument, codesOf } from "../support/operations/every-transport.ts";

const PATH = "/v1/accounts/acme/scheduled-reports/daily-subscriptions";
const REPORT = `query ($date: Date) { account(id: "acme") { dailySubscriptionsReport(date: $date) {
  fileName fileType generatedAt checksum { type value } url } } }`;

interface Report {
  fileName: string;
  url: string;
}
type Answer = Reply<{ account: { dailySubscriptionsReport: Report | null } }>;

const as = (role: string, id = "somebody", accounts = "*") => ({
  "x-kore-graph-router-secret": ROUTER_SECRET,
  "x-kore-graph-caller-id": id,
  "x-kore-graph-caller-role": role,
  "x-kore-graph-caller-accounts": accounts,
});

let app: TestApp;
let spans: ReturnType<typeof captureSpans>;
let cached: ReturnType<typeof captureCaches>;
beforeEach(async () => {
  [spans, cached] = [captureSpans(), captureCaches()];
  app = await startApp(
    { accounts: { acme: { sims: 3 }, empty: { sims: 0 } } },
    { AUTH_ROUTER_SECRETS: ROUTER_SECRET, LOG_LEVEL: "trace", METRICS: "on", TRACING: "on" },
    spans,
  );
});
afterEach(async () => {
  await app.stop();
  cached.stop();
});

async function ask(query: string, variables: object = {}, headers = as("admin")): Promise<Answer> {
  return (await (await app.graph.post({ query, variables }, headers)).json()) as Answer;
}
const reportIn = ({ data }: Answer) => data?.account.dailySubscriptionsReport;

test("a report is one request, and has all that KORE states of its file", async () => {
  const answer = await ask(REPORT, { date: "2025-01-10" });
  expect(answer).toEqual({
    data: {
      account: {
        dailySubscriptionsReport: {
          fileName: "daily-subscriptions-acme-2025-01-10.csv",
          fileType: "csv",
          generatedAt: "2025-01-11T02:00:00.000Z",
          checksum: { type: "SHA-256", value: expect.stringMatching(/^[\da-f]{64}$/) as string },
          url: expect.stringMatching(/^https:.*signature=/) as string,
        },
      },
    },
  });
  expect(app.kore.requests()).toEqual([`GET ${PATH} ×1`]);
  expect(app.kore.log().at(-1)?.query).toEqual({ date: "2025-01-10" });
});

test("without a date the choice is KORE's; equal questions of an operation are one request", async () => {
  const field = "dailySubscriptionsReport { url }";
  const { data } = await ask(
    `{ account(id: "acme") { ${field} again: ${field} other: dailySubscriptionsReport(date: "2025-01-09") { url } } }`,
  );
  const { dailySubscriptionsReport: first, again, other } = data?.account as unknown as Record<string, Report>;
  expect([first?.url === again?.url, first?.url === other?.url]).toEqual([true, false]);
  expect(
    app.kore
      .log()
      .slice(-2)
      .map(({ query }) => query),
  ).toEqual([{}, { date: "2025-01-09" }]);
  expect(app.kore.requests()).toEqual([`GET ${PATH} ×2`]);
});

test("a day without a report is null, and one that does not exist is refused", async () => {
  const none = await ask(REPORT, { date: "2020-01-01" });
  expect([none.errors, reportIn(none)]).toEqual([undefined, null]);
  app.kore.clearLog();
  expect(codesOf(await ask(REPORT, { date: "2025-02-30" }))).toEqual(["BAD_USER_INPUT"]);
  expect(app.kore.requests()).toEqual([]);
});

test("only administrators of the account read it", async () => {
  for (const headers of [as("viewer"), as("operator")])
    expect(codesOf(await ask(REPORT, {}, headers))).toEqual(["FORBIDDEN"]);
  expect(codesOf(await ask(REPORT, {}, as("admin", "ada", "other")))).toEqual(["NOT_FOUND"]);
  expect(app.kore.requests()).toEqual([]);
});

test("identical queries at once are not coalesced: each caller gets an address of its own", async () => {
  await cacheDocument(app.url, { query: REPORT }, as("admin"));
  app.kore.clearLog();
  app.kore.faults.add({ effect: "latency", ms: 300, path: "/connectivity/**/daily-subscriptions" });
  const answers = await Promise.all(["ada", "bob", "eve"].map((id) => ask(REPORT, {}, as("admin", id))));
  expect(new Set(answers.map((answer) => reportIn(answer)?.url)).size).toBe(3);
  expect(app.kore.requests()).toEqual([`GET ${PATH} ×3`]);
});

test("the address is in its answer, and in no log, trace, metric, cache or error", async () => {
  const { url = "" } = reportIn(await ask(REPORT)) ?? {};
  expect(url).toMatch(/^https:/);
  const signatures = [url, url.split("=").at(-1) ?? ""];
  const answers: Answer[] = [];
  const message = "Try https://reports.kore.invalid/again?signature=2";
  for (const fault of [{ effect: "truncate" }, { effect: "status", status: 400, message }] as const) {
    const remove = app.kore.faults.add({ ...fault, method: "GET", path: "/connectivity/**/daily-subscriptions" });
    answers.push(await ask(REPORT));
    remove();
  }
  expect(answers.map(({ errors }) => errors?.length)).toEqual([1, 1]);
  answers.push(await ask('{ account(id: "acme") { dailySubscriptionsReport { fileName } } }'));
  const metrics = await (await fetch(`${app.url}/metrics`, { headers: as("admin") })).text();
  await app.stop();
  const places = {
    answers: JSON.stringify(answers),
    log: JSON.stringify(app.logged()),
    metrics,
    spans: spans.text(),
    caches: cached.text(),
  };
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(100);
    for (const secret of [...signatures, "reports.kore.invalid"]) expect(holds(text, secret), place).toBe(false);
  }
});
