import { expect, test } from "vitest";
import { startWithCaller } from "./support/harness.ts";

interface Kind {
  "total-usage": number;
  unit: string;
  "daily-usages": { date: string; "total-usage": number; unit: string }[];
}
type Usage = Partial<Record<"data" | "sms" | "voice", Kind>> & { source: string };

const YEAR_END = "start-date=2024-12-01&end-date=2024-12-31";

async function startAcme(states: "Active" | "Stock") {
  const { kore, caller } = await startWithCaller({ accounts: { acme: { sims: 3, states } } });
  const [iccid = ""] = kore.iccids("acme");
  const id = kore.sim("acme", iccid)?.subscriptionId ?? "";
  const read = (search: string) => caller.get<Usage>(`/v1/accounts/acme/subscriptions/${id}/usage-records?${search}`);
  return { caller, read };
}

test("a kind's total is the sum of its days, which lie in the span, in its unit, and are the same each time", async () => {
  const { read } = await startAcme("Active");
  const { status, body } = await read(YEAR_END);
  expect(status).toBe(200);
  const units = { data: "byte", sms: "event", voice: "sec" };
  for (const [name, unit] of Object.entries(units)) {
    const kind = body[name as keyof typeof units];
    const days = kind?.["daily-usages"] ?? [];
    expect(days.length).toBeGreaterThan(10);
    expect(kind).toMatchObject({ unit, "total-usage": days.reduce((sum, day) => sum + day["total-usage"], 0) });
    expect(days.every((day) => /^2024-12-\d\dT00:00:00$/.test(day.date) && day.unit === unit)).toBe(true);
  }
  expect((await read(YEAR_END)).body).toEqual(body);
});

test("a SIM that was not active, and days to come, have no records", async () => {
  const stock = await startAcme("Stock");
  expect(Object.keys((await stock.read(YEAR_END)).body)).toEqual(["source", "subscription-id"]);
  const active = await startAcme("Active");
  const { body } = await active.read("start-date=2030-01-01&end-date=2030-01-31");
  expect(Object.keys(body)).toEqual(["source", "subscription-id"]);
});

test("spans of more than 60 days, and dates that do not exist, are refused", async () => {
  const { read } = await startAcme("Active");
  expect((await read("start-date=2024-01-01&end-date=2024-02-29")).status).toBe(200);
  for (const search of [
    "start-date=2024-01-01&end-date=2024-03-01",
    "start-date=2024-01-02&end-date=2024-01-01",
    "start-date=2024-02-30&end-date=2024-03-01",
    "start-date=2024-01-01",
    "start-date=2024-01-01&end-date=2024-01-02T00:00:00",
    `${YEAR_END}&source=xdr`,
  ]) {
    const { status, body } = await read(search);
    expect([search, status, Object.keys(body)]).toEqual([search, 400, ["message"]]);
  }
});

test("a plan has one kind of usage, and none in an account without SIMs", async () => {
  const { caller } = await startWithCaller({ accounts: { acme: { sims: 3 }, empty: { sims: 0 } } });
  const plan = (account: string, id: string) =>
    caller.get<Kind>(`/v1/accounts/${account}/plans/${id}/usage-records?${YEAR_END}`);
  const { body } = await plan("acme", "cmp-k1-plan-100032");
  expect(body.unit).toBe("event");
  expect(body["total-usage"]).toBeGreaterThan(0);
  expect((await plan("empty", "cmp-k1-plan-100032")).body).toMatchObject({ "total-usage": 0, "daily-usages": [] });
});
