import { beforeEach, describe, expect, test } from "vitest";
import { ObservedRequests } from "../../../../src/kore/provisioning/reconciliation/observed-requests.ts";
import { lost } from "../fakes.ts";
import { MINUTE, Scene, outcomesOf } from "../fixtures.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

/** A command with a lost reply, which KORE accepts or not. Later POSTs succeed. */
async function orderWithLostReply(does: "take" | "lose", sims = ["a", "b"]): Promise<string[]> {
  const first = scene.kore.posts() + 1;
  scene.kore.onPost = (take, post) => {
    if (post !== first) return take();
    if (does === "take") take();
    throw lost();
  };
  return outcomesOf(await scene.order({ sims, requestKey: "lost" }));
}

/** A foreign request of the same SIMs. */
const foreignRequest = (ago: number, sims = ["a", "b"]) =>
  scene.kore.hold({ sims, created: scene.kore.dateOf(scene.clock.time - ago) });

/** A command that KORE acknowledges, and a read of its request, which has KORE's date. */
async function sample(sim = "z", commands = scene.commands): Promise<void> {
  const { requestIds } = await scene.order({ sims: [sim], requestKey: `sample ${sim}` }, commands);
  await scene.kore.api.provisioningRequest("acme", requestIds[0] ?? "");
}

const UNKNOWN = ["OUTCOME_UNKNOWN REPLY_LOST", "OUTCOME_UNKNOWN REPLY_LOST"];
const SUBMITTED = ["SUBMITTED", "SUBMITTED"];

describe("C1.1 incomplete is not absent:", () => {
  test("a request without SIMs is adopted once KORE has expanded it, after one POST", async () => {
    let looks = 0;
    scene.kore.onGet = (reply, path) => {
      if (path.startsWith("?")) looks += 1;
      return looks > 2 ? reply : incomplete(reply, path, 0);
    };
    expect(await orderWithLostReply("take")).toEqual(SUBMITTED);
    expect(scene.kore.posts()).toBe(1);
  });

  test.each([0, 1])("a request that stays at %i of 2 SIMs is never sent a second time", async (count) => {
    scene.kore.onGet = (reply, path) => incomplete(reply, path, count);
    expect(await orderWithLostReply("take")).toEqual(UNKNOWN);
    expect(scene.kore.posts()).toBe(1);
  });

  test("a request whose detail alone is incomplete is never sent a second time", async () => {
    scene.kore.onGet = (reply, path) => (path.startsWith("?") ? reply : incomplete(reply, path, 1));
    expect(await orderWithLostReply("take")).toEqual(UNKNOWN);
    expect(scene.kore.posts()).toBe(1);
  });

  test.each([["a", "c"], ["c"], ["a", "b", "c"]])("a request with a foreign SIM is not ours: %j", async (...sims) => {
    foreignRequest(0, ["a", ...sims]);
    expect(await orderWithLostReply("lose")).toEqual(SUBMITTED);
    expect(scene.kore.posts()).toBe(2);
  });

  function incomplete(reply: Record<string, unknown>, path: string, count: number): Record<string, unknown> {
    if (path.startsWith("?")) {
      const records = reply.records as object[];
      return { ...reply, records: records.map((row) => ({ ...row, "number-of-subscriptions": count })) };
    }
    const detail = reply["request-type"] as { subscriptions: unknown[] };
    return { "request-type": { ...detail, subscriptions: detail.subscriptions.slice(0, count) } };
  }
});

describe("C2.1 the offset of KORE's dates", () => {
  test.each([-10 * HOUR, -5 * HOUR, 0, 5.75 * HOUR, 14 * HOUR])(
    "is learned from an acknowledged request: %i ms, which excludes an older request",
    async (offset) => {
      scene.kore.offset = offset;
      foreignRequest(3 * HOUR);
      await sample();
      expect(await orderWithLostReply("lose")).toEqual(SUBMITTED);
      expect(scene.kore.posts()).toBe(3);
    },
  );

  test.each([-10 * HOUR, -5 * HOUR, 5.75 * HOUR])("is learned, and adopts a request of ours: %i ms", async (offset) => {
    scene.kore.offset = offset;
    await sample();
    expect(await orderWithLostReply("take")).toEqual(SUBMITTED);
    expect(scene.kore.posts()).toBe(2);
  });

  test("excludes a request whose date only seems to match", async () => {
    scene.kore.offset = 5 * HOUR;
    foreignRequest(5 * HOUR); // Read as UTC, it is from now.
    await sample();
    expect(await orderWithLostReply("lose")).toEqual(SUBMITTED);
    expect(scene.heldFor("a", "b")).toHaveLength(2);
  });

  test("is learned before a request with a seemingly matching date is adopted", async () => {
    scene.kore.offset = 5 * HOUR;
    foreignRequest(5 * HOUR);
    await scene.order({ sims: ["z"], requestKey: "sample" }); // Its date is not read.
    expect(await orderWithLostReply("lose")).toEqual(SUBMITTED);
    expect(scene.heldFor("a", "b")).toHaveLength(2);
  });

  test("is unknown without a sample, so that dates exclude nothing", async () => {
    scene.kore.offset = -5 * HOUR;
    foreignRequest(3 * HOUR);
    expect(await orderWithLostReply("lose")).toEqual(UNKNOWN);
    expect(scene.kore.posts()).toBe(1);
  });

  test("is rounded to quarter hours, since KORE may create a request late", async () => {
    scene.kore.offset = -5 * HOUR + 4 * MINUTE;
    await sample();
    scene.kore.offset = -5 * HOUR;
    foreignRequest(HOUR + 6 * MINUTE);
    expect(await orderWithLostReply("lose")).toEqual(SUBMITTED);
  });

  test("is learned per set of credentials", async () => {
    scene.kore.offset = -5 * HOUR;
    foreignRequest(3 * HOUR);
    await sample("z", scene.start(new ObservedRequests(scene.clock.now)));
    // The ledger is shared, so KORE hides the sample from this credential.
    scene.kore.onGet = (reply, path) => {
      if (path === "/request-2") throw lost();
      return reply;
    };
    expect(await orderWithLostReply("lose")).toEqual(UNKNOWN);
  });

  test("is learned per endpoint: dates of the list do not apply to details", async () => {
    scene.kore.offset = -5 * HOUR;
    const { requestIds } = await scene.order({ sims: ["z"], requestKey: "sample" });
    await scene.kore.api.provisioningRequests("acme", { "subscription-id": "z", take: 100 });
    expect(scene.kore.observed.offsets.zoneOf("list")).toMatchObject({ isKnown: true, offset: -5 * HOUR });
    expect(scene.kore.observed.offsets.zoneOf("detail")).toMatchObject({ isKnown: false });
    await scene.kore.api.provisioningRequest("acme", requestIds[0] ?? "");
    expect(scene.kore.observed.offsets.zoneOf("detail")).toMatchObject({ isKnown: true, offset: -5 * HOUR });
  });

  test("is not learned from foreign requests", async () => {
    scene.kore.offset = -5 * HOUR;
    const { id } = foreignRequest(0, ["z"]);
    await scene.kore.api.provisioningRequest("acme", id);
    expect(scene.kore.observed.offsets.zoneOf("detail")).toMatchObject({ isKnown: false });
  });

  test("is learned after a restart by one read of the last acknowledged request", async () => {
    scene.kore.offset = -5 * HOUR;
    foreignRequest(3 * HOUR);
    const { requestIds } = await scene.order({ sims: ["z"], requestKey: "sample" });
    await scene.crashWhileSending([{ sims: ["a", "b"] }], "lose");
    scene.commands = scene.start(new ObservedRequests(scene.clock.now));
    scene.kore.asked.length = 0;
    await scene.commands.recover();
    expect(scene.kore.posts()).toBe(1);
    expect(scene.kore.asked.filter((line) => line === `GET /${requestIds[0] ?? ""}`)).toHaveLength(1);
  });
});

describe('C2.2 a "no" by a learned offset', () => {
  beforeEach(() => {
    scene.kore.offset = -5 * HOUR;
  });

  test.each([-55 * MINUTE, 55 * MINUTE])("tolerates summer time: %i ms", async (off) => {
    await sample();
    scene.kore.hold({ sims: ["a", "b"], created: scene.kore.dateOf(scene.clock.time + off) });
    expect(await orderWithLostReply("lose")).toEqual(UNKNOWN);
    expect(scene.kore.posts()).toBe(2);
  });

  test.each([-HOUR, HOUR])("holds after a change of summer time since the sample: %i ms", async (change) => {
    await sample();
    scene.kore.offset += change;
    expect(await orderWithLostReply("take")).toEqual(UNKNOWN); // Ours may be an hour off, so it is not sent again.
    expect(scene.kore.posts()).toBe(2);
  });

  test.each([-3 * MINUTE, -4 * MINUTE])("tolerates clock skew: %i ms beyond the hour", async (off) => {
    await sample();
    scene.kore.hold({ sims: ["a", "b"], created: scene.kore.dateOf(scene.clock.time - HOUR + off) });
    expect(await orderWithLostReply("lose")).toEqual(UNKNOWN);
  });

  test("needs a sample of the last 24 hours", async () => {
    await sample();
    scene.clock.time += DAY + MINUTE;
    foreignRequest(3 * HOUR);
    expect(await orderWithLostReply("lose")).toEqual(UNKNOWN);
    expect(scene.kore.posts()).toBe(2);
  });

  test.each([
    ["another zone", 2 * HOUR],
    ["another zone by half an hour more than summer time", 90 * MINUTE],
    ["no zone that there is", 20 * HOUR],
  ])("is not given with a contradicting sample, by %s", async (_, more) => {
    await sample("y");
    scene.kore.offset += more;
    await sample("z");
    scene.kore.offset = -5 * HOUR;
    foreignRequest(3 * HOUR);
    expect(await orderWithLostReply("lose")).toEqual(UNKNOWN);
    expect(scene.kore.posts()).toBe(3);
  });

  test("is given again when the contradicting sample is a day old", async () => {
    scene.kore.offset += 2 * HOUR;
    await sample("y");
    scene.kore.offset = -5 * HOUR;
    scene.clock.time += DAY + MINUTE;
    await sample("z");
    foreignRequest(3 * HOUR);
    expect(await orderWithLostReply("lose")).toEqual(SUBMITTED);
  });
});

describe("C2.3 a request that was observed before our POST is not ours", () => {
  test.each<[string, () => Promise<unknown>]>([
    ["a list", () => scene.kore.api.provisioningRequests("acme", { "subscription-id": "a", take: 100 })],
    ["a look at it", () => scene.kore.api.provisioningRequest("acme", "request-1")],
  ])("observed by %s", async (_, look) => {
    foreignRequest(MINUTE);
    await look();
    expect(await orderWithLostReply("lose")).toEqual(SUBMITTED);
    expect(scene.kore.posts()).toBe(2);
  });

  test("observed before the second POST, by the search for the first", async () => {
    scene.kore.onPost = (take, post) => {
      if (post === 3) return take();
      throw lost();
    };
    await expect(scene.order({ sims: ["a", "b"], requestKey: "other" })).rejects.toMatchObject({ kind: "connection" });
    foreignRequest(0);
    await scene.kore.api.provisioningRequests("acme", { "subscription-id": "a", take: 100 });
    expect(outcomesOf(await scene.order({ sims: ["a", "b"], requestKey: "other" }))).toEqual(SUBMITTED);
    expect(scene.kore.posts()).toBe(3);
  });

  test("a request observed after it may be ours, whatever the clock", async () => {
    scene.kore.onPost = (take) => {
      take();
      scene.clock.time -= 2 * HOUR;
      throw lost();
    };
    scene.hideList();
    const spec = { sims: ["a", "b"], requestKey: "lost" };
    expect(outcomesOf(await scene.order(spec))).toEqual(UNKNOWN);
    scene.kore.onGet = (reply) => reply;
    await scene.kore.api.provisioningRequests("acme", { "subscription-id": "a", take: 100 });
    await scene.order(spec);
    expect(scene.heldFor("a", "b")).toHaveLength(1);
  });

  test("no list is read before a POST for this", async () => {
    await scene.order({ sims: ["a", "b"] });
    expect(scene.kore.asked).toEqual(["POST suspend"]);
  });
});

describe("C2.4 a date with a zone is exact", () => {
  const written = (off: number, zone: string) =>
    new Date(scene.clock.time + off).toISOString().replace(/\.\d+Z$/, zone === "Z" ? "Z" : `.000${zone}`);

  test.each(["Z", "+00:00"])("an older request is not ours: %s", async (zone) => {
    scene.kore.hold({ sims: ["a", "b"], created: written(-10 * MINUTE, zone) });
    expect(await orderWithLostReply("lose")).toEqual(SUBMITTED);
    expect(scene.kore.posts()).toBe(2);
  });

  test("whatever was learned for dates without a zone", async () => {
    scene.kore.offset = -5 * HOUR;
    await sample();
    scene.kore.hold({ sims: ["a", "b"], created: written(0, "Z") });
    expect(await orderWithLostReply("lose")).toEqual(SUBMITTED);
    expect(scene.kore.posts()).toBe(2); // The sample's and the lost one's: it is adopted.
  });

  test("a date without a time of day excludes nothing on its day", async () => {
    scene.kore.hold({ sims: ["a", "b"], created: scene.kore.dateOf(scene.clock.time).slice(0, 10) });
    scene.clock.time += 8 * HOUR;
    await sample();
    expect(await orderWithLostReply("lose")).toEqual(UNKNOWN);
  });
});

describe("C4.2 while KORE's clock is off", () => {
  test.each(["take", "lose"] as const)("a finding is unclear, whether KORE has the write or not: %s", async (does) => {
    scene.isClockOff = true;
    expect(await orderWithLostReply(does)).toEqual(UNKNOWN);
    expect(scene.kore.posts()).toBe(1);
  });

  test("also when it was off only at the POST, and a repetition reports it again", async () => {
    scene.isClockOff = true;
    await orderWithLostReply("lose");
    scene.isClockOff = false;
    expect(outcomesOf(await scene.order({ sims: ["a", "b"], requestKey: "lost" }))).toEqual(UNKNOWN);
    expect(scene.kore.posts()).toBe(1);
  });

  test("nothing is learned from its dates", async () => {
    scene.isClockOff = true;
    scene.kore.offset = -5 * HOUR;
    await sample();
    expect(scene.kore.observed.offsets.zoneOf("detail")).toMatchObject({ isKnown: false });
  });
});
