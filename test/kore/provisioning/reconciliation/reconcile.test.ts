import { beforeEach, describe, expect, test } from "vitest";
import { type Finding, type UnacknowledgedWrite } from "../../../../src/kore/provisioning/command.ts";
import { type Evidence, findUnacknowledgedWrite } from "../../../../src/kore/provisioning/reconciliation/reconcile.ts";
import { SleepersClock, SmallKore } from "../fakes.ts";

const SENT_AT = Date.UTC(2025, 0, 15, 9);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TIMES = { sentAt: SENT_AT, settlesAt: SENT_AT + MINUTE };

let kore: SmallKore;
/** Local evidence. */
let evidence: Partial<Evidence>;
beforeEach(() => {
  evidence = {};
  kore = new SmallKore(new SleepersClock(SENT_AT));
});

const sims = (...ids: string[]) => ids.map((id) => ({ id, iccid: `iccid of ${id}` }));
const at = (later: number) => new Date(SENT_AT + later).toISOString().slice(0, 19);

function find(write: Partial<UnacknowledgedWrite> = {}, ...claimed: string[]): Promise<Finding> {
  const lost = { accountId: "acme", verb: "suspend" as const, sims: sims("a", "b"), ...TIMES, ...write };
  return findUnacknowledgedWrite(lost, kore.api, {
    ...evidence,
    isClaimed: (id) => Promise.resolve(claimed.includes(id)),
  });
}

describe("An unacknowledged write", () => {
  test("is found as the request of the same SIMs, in any order, created at its time", async () => {
    const { id } = kore.hold({ sims: ["b", "a"] });
    expect(await find()).toEqual({ kind: "found", requestId: id });
  });

  test("is found by ICCIDs as well", async () => {
    const { id } = kore.hold({ sims: ["a", "b"] });
    kore.onGet = (reply, path) =>
      path.startsWith("/")
        ? { "request-type": { subscriptions: [{ iccid: "iccid of a" }, { iccid: "iccid of b" }] } }
        : reply;
    expect(await find()).toEqual({ kind: "found", requestId: id });
  });

  test("is found in the other form of KORE's detail", async () => {
    const { id } = kore.hold({ sims: ["a", "b"] });
    kore.onGet = (reply, path) => (path.startsWith("/") ? { StateChange: reply["request-type"] } : reply);
    expect(await find()).toEqual({ kind: "found", requestId: id });
  });

  test("is absent when KORE's list for the SIM is empty, after one read", async () => {
    expect(await find()).toEqual({ kind: "absent" });
    expect(kore.asked).toEqual(["GET ?subscription-id=a&take=100"]);
  });

  test.each([
    ["a", "b", "c"],
    ["a", "c"],
  ])("is not a request of other SIMs: %j", async (...others: string[]) => {
    kore.hold({ sims: others });
    expect(await find()).toEqual({ kind: "absent" });
  });

  test("is not a request of another write", async () => {
    const { id } = kore.hold({ sims: ["a", "b"] });
    expect(await find({}, id)).toEqual({ kind: "absent" });
    const other = kore.hold({ sims: ["a", "b"] });
    expect(await find({}, id)).toEqual({ kind: "found", requestId: other.id });
  });

  test.each(["Activation", "Deactivation", "Reactivation", "PlanChange", "ProfileChange"])(
    "of suspending is not a %s",
    async (type) => {
      kore.hold({ sims: ["a", "b"], type });
      expect(await find()).toEqual({ kind: "absent" });
    },
  );

  test("may have a type that KORE assigns to no verb", async () => {
    const { id } = kore.hold({ sims: ["a", "b"], type: "Something New" });
    expect(await find()).toEqual({ kind: "found", requestId: id });
  });

  test("is unclear with two candidates, and both are named", async () => {
    const [one, two] = [kore.hold({ sims: ["a", "b"] }), kore.hold({ sims: ["a", "b"] })];
    expect(await find()).toEqual({
      kind: "unclear",
      message: `KORE has requests that may be this one: ${two.id}, ${one.id}`,
    });
  });

  test.each([-10 * HOUR, -5 * HOUR, 2 * HOUR, 5 * HOUR + 45 * MINUTE, 14 * HOUR])(
    "is unclear when the date may be in another zone: %i ms off",
    async (off) => {
      kore.hold({ sims: ["a", "b"], created: at(off + MINUTE) });
      expect(await find()).toMatchObject({ kind: "unclear" });
    },
  );

  test("is unclear without a date", async () => {
    kore.hold({ sims: ["a", "b"], created: undefined });
    expect(await find()).toMatchObject({ kind: "unclear" });
  });

  test.each([-5000, -1000, 4 * MINUTE])("is found though KORE's clock is %i ms off", async (off) => {
    kore.hold({ sims: ["a", "b"], created: at(off) });
    expect(await find()).toMatchObject({ kind: "found" });
  });

  test.each([-6000, -4 * MINUTE, -7.5 * MINUTE])("is unclear with a request created before it: %i ms", async (off) => {
    kore.hold({ sims: ["a", "b"], created: at(off) });
    expect(await find()).toMatchObject({ kind: "unclear" });
  });

  test.each([
    [5 * MINUTE, MINUTE],
    [9 * MINUTE, 10 * MINUTE],
    [HOUR, HOUR],
  ])("is found %i ms later within its visibility window of %i ms", async (off, settle) => {
    kore.hold({ sims: ["a", "b"], created: at(off) });
    expect(await find({ settlesAt: SENT_AT + settle })).toMatchObject({ kind: "found" });
  });

  test.each([7 * MINUTE, 9 * MINUTE])("is unclear with a request created %i ms later", async (off) => {
    kore.hold({ sims: ["a", "b"], created: at(off) });
    expect(await find()).toMatchObject({ kind: "unclear" });
  });

  test.each([-24 * HOUR, 24 * HOUR])("is not a request of another time: %i ms off", async (off) => {
    kore.hold({ sims: ["a", "b"], created: at(off) });
    expect(await find()).toEqual({ kind: "absent" });
  });

  test.each([[], "missing"])("is unclear while KORE does not list the request's SIMs: %j", async (named) => {
    kore.hold({ sims: ["a", "b"] });
    kore.onGet = (reply, path) => {
      if (!path.startsWith("/")) return reply;
      return named === "missing" ? { one: {}, two: {} } : { "request-type": { subscriptions: named } };
    };
    expect(await find()).toMatchObject({ kind: "unclear" });
  });
});

describe("KORE's list", () => {
  const many = 45;
  beforeEach(() => {
    kore.hold({ sims: ["a", "b"] });
    for (let n = 1; n < many; n++) kore.hold({ sims: ["a", "c"] });
  });

  test.each([
    { firstPage: 0, maxTake: Infinity, pages: 1 },
    { firstPage: 1, maxTake: 20, pages: 3 },
    { firstPage: 0, maxTake: 20, pages: 3 },
    { firstPage: 1, maxTake: 15, pages: 3 },
  ])("is read to its last page, however KORE pages: %j", async ({ firstPage, maxTake, pages }) => {
    Object.assign(kore, { firstPage, maxTake });
    expect(await find()).toEqual({ kind: "found", requestId: "request-1" });
    expect(kore.asked.filter((line) => line.startsWith("GET ?"))).toHaveLength(pages);
  });

  test("is read up to an empty page when KORE states no total", async () => {
    kore.maxTake = 20;
    kore.onGet = (reply) => ({ ...reply, "total-records": undefined });
    expect(await find()).toEqual({ kind: "found", requestId: "request-1" });
    expect(await find({}, "request-1")).toEqual({ kind: "absent" });
  });

  test.each([-1, 0, 1])("B7.21 is read to its end with an impossible total: %i", async (total) => {
    kore.maxTake = 20;
    kore.onGet = (reply) => ({ ...reply, "total-records": total });
    expect(await find()).toEqual({ kind: "found", requestId: "request-1" });
  });

  test.each<[string, SmallKore["onGet"]]>([
    ["answers with nothing", () => ({})],
    ["answers with a message only", () => ({ message: "try later" })],
    ["answers with null for records", () => ({ records: null })],
    ["neither counts nor numbers its pages", ({ records }) => ({ records })],
    ["does not number its pages", (reply) => ({ ...reply, page: undefined })],
    ["counts more than it shows", (reply) => ({ ...reply, "total-records": many + 1 })],
    ["has records without an id", (reply) => ({ ...reply, records: [{}] })],
    [
      "does not know of pages",
      (reply, path) => (path.includes("page=2") ? { ...reply, records: firstRecords } : reply),
    ],
  ])("proves nothing absent when KORE %s", async (_, onGet) => {
    kore.maxTake = 20;
    kore.onGet = (reply, path) => {
      if (!path.includes("page=")) firstRecords = reply.records;
      return onGet(reply, path);
    };
    expect(await find({}, "request-1")).toMatchObject({ kind: "unclear" });
  });
  let firstRecords: unknown;

  test.each([{ "total-records": 0 }, { records: [] }])("proves absence by its total: %j", async (reply) => {
    kore.onGet = () => reply;
    expect(await find()).toEqual({ kind: "absent" });
  });

  test("that changes while it is read counts no request twice", async () => {
    kore.maxTake = 44;
    kore.onGet = (reply, path) => {
      if (!path.includes("page=")) kore.hold({ sims: ["a", "c"] });
      return reply;
    };
    expect(await find()).toEqual({ kind: "found", requestId: "request-1" });
  });
});
