import { beforeEach, describe, expect, test } from "vitest";
import { limited, unsent } from "./fakes.ts";
import { MINUTE, Scene, mailOf, outcomesOf } from "./fixtures.ts";

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe("A command", () => {
  test("that another process has just recorded gets that one's outcome", async () => {
    const other = scene.start();
    await scene.commands.recover();
    const commit = scene.store.commit.bind(scene.store);
    scene.store.commit = async (...call) => {
      scene.store.commit = commit;
      await scene.order({ sims: ["a"] }, other);
      return scene.store.commit(...call);
    };
    expect(await scene.order({ sims: ["a"] })).toEqual(await scene.order({ sims: ["a"] }, other));
    expect(scene.kore.held).toHaveLength(1);
  });

  test("keeps its SIMs reserved until all chunks are answered when the ledger fails for one", async () => {
    let answer = () => {};
    scene.kore.onPost = async (take, post) => {
      if (post === 1) await new Promise<void>((resolve) => (answer = resolve));
      return take();
    };
    let writes = 0;
    scene.store.onWrite = (keys) => {
      if (keys[0]?.endsWith("/000001") && ++writes === 1) throw new Error("The disk is full");
    };
    const failed = scene.order({ sims: ["a", "b", "c", "d"] }).catch((error: unknown) => error);
    await expect.poll(() => scene.kore.posts()).toBe(1);
    const again = scene.order({ sims: ["a", "b"], requestKey: "other" });
    await scene.clock.sleep(2 * MINUTE);
    expect(scene.kore.posts()).toBe(1);
    answer();
    expect(await failed).toBeInstanceOf(AggregateError);
    expect(outcomesOf(await again)).toEqual(["SUBMITTED", "SUBMITTED"]);
    expect(outcomesOf(await scene.order({ sims: ["a", "b", "c", "d"] }))).toEqual(Array(4).fill("SUBMITTED"));
    expect([scene.heldFor("a", "b").length, scene.heldFor("c", "d").length]).toEqual([2, 1]);
  });

  test("without a request key sends its unsent chunk with all options when repeated", async () => {
    scene.kore.onPost = (take, post) => {
      if (post !== 1) throw unsent();
      return take();
    };
    const spec = { sims: ["a", "b", "c"], requestKey: null };
    expect(outcomesOf(await scene.order(spec))).toEqual(["SUBMITTED", "SUBMITTED", "REJECTED NOT_SENT"]);
    for (const held of scene.kore.held) held.status = "pending";
    scene.kore.onPost = (take) => take();
    expect(outcomesOf(await scene.order(spec))).toEqual(["SUBMITTED", "SUBMITTED", "SUBMITTED"]);
    expect(scene.kore.held.map(mailOf)).toEqual(["a@acme.example", "a@acme.example"]);
  });

  test("writes only the SIMs that still need it when repeated", async () => {
    scene.kore.onPost = (take, post) => {
      if (post !== 1) throw unsent();
      return take();
    };
    const spec = { sims: ["a", "b", "c", "d", "e"] };
    const before = ["SUBMITTED", "SUBMITTED", "REJECTED NOT_SENT", "REJECTED NOT_SENT", "REJECTED NOT_SENT"];
    expect(outcomesOf(await scene.order(spec))).toEqual(before);
    scene.kore.onPost = (take) => take();
    const sim = { place: 0, iccid: null };
    const settled = [
      { ...sim, id: "d", outcome: "ALREADY_SATISFIED" as const },
      { ...sim, id: "e", outcome: "REJECTED" as const, reason: "WRONG_STATE" as const, field: "subscriptions[0]" },
    ];
    const after = ["SUBMITTED", "SUBMITTED", "SUBMITTED", "ALREADY_SATISFIED", "REJECTED WRONG_STATE"];
    const again = await scene.order({ sims: ["e", "d", "c", "b", "a"], settled });
    expect(outcomesOf(again)).toEqual(after);
    expect(again.results.map(({ id }) => id)).toEqual(spec.sims);
    expect(again.results[4]).not.toHaveProperty("field"); // It would have another index than the result.
    expect(outcomesOf(await scene.order(spec))).toEqual(after);
    expect(scene.kore.held.map(({ sims }) => sims)).toEqual([["c"], ["a", "b"]]);
    expect(scene.store.text()).not.toContain("acme.example");
  });

  test("whose lost write never arrived writes no SIM that is in the wanted state by now", async () => {
    await scene.leaveAmbiguous({ sims: ["a", "b"] }, "lose");
    const settled = [{ place: 0, id: "a", iccid: null, outcome: "ALREADY_SATISFIED" as const }];
    expect(outcomesOf(await scene.order({ sims: ["a", "b"], settled }))).toEqual(["ALREADY_SATISFIED", "SUBMITTED"]);
    expect(scene.kore.held.map(({ sims }) => sims)).toEqual([["b"]]);
  });

  test("reports a SIM that is gone when repeated", async () => {
    scene.kore.onPost = () => {
      throw unsent();
    };
    await expect(scene.order({ sims: ["a"] })).rejects.toThrow();
    scene.kore.onPost = (take) => take();
    const settled = [{ place: 0, id: "a", iccid: null, outcome: "REJECTED" as const, reason: "NOT_FOUND" as const }];
    expect(outcomesOf(await scene.order({ sims: ["a"], settled }))).toEqual(["REJECTED NOT_FOUND"]);
    expect(outcomesOf(await scene.order({ sims: ["a"] }))).toEqual(["REJECTED NOT_FOUND"]);
    expect(scene.kore.held).toEqual([]);
  });

  test("that KORE stops with 429 has a retry time", async () => {
    scene.kore.onPost = () => {
      throw limited(1_796_000_000_000);
    };
    await expect(scene.order({ sims: ["a"] })).rejects.toMatchObject({
      kind: "rate-limited",
      retryAfter: 15 * MINUTE,
    });
  });

  test("leaves neither names and addresses nor its key in the ledger when finished", async () => {
    await scene.order({ sims: ["a"], requestKey: "Ada Lovelace" });
    expect(scene.store.text()).not.toMatch(/acme.example|Lovelace/);
    expect(outcomesOf(await scene.order({ sims: ["a"], requestKey: "Ada Lovelace" }))).toEqual(["SUBMITTED"]);
  });
});

describe("A repetition without a request key", () => {
  const spec = { sims: ["a"], requestKey: null };
  const DAY = 24 * 60 * MINUTE;
  const spoil = (detail: Record<string, unknown>) => {
    scene.kore.onGet = (reply, path) => {
      if (!path.startsWith("/")) return reply;
      return { "request-type": { ...(reply["request-type"] as object), ...detail } };
    };
  };

  test.each<[string, Record<string, unknown>, number, number]>([
    ["is the same while KORE has not begun", { status: "Submitted" }, 2 * DAY, 1],
    ["is the same while KORE is at work", { status: "Pending" }, 2 * DAY, 1],
    ["is the same while KORE states no status", { status: undefined }, 2 * DAY, 1],
    ["is a new one when KORE is done", { status: "Completed" }, 0, 2],
    ["is a new one when KORE has failed", { status: "FAILED" }, 0, 2],
    ["is a new one when KORE has ended it", { status: "Ended", "date-completed": "2025-01-15T09:00:00" }, 0, 2],
    ["is the same while an unknown status is young", { status: "Partially Completed" }, DAY - MINUTE, 1],
    ["is a new one when an unknown status is a day old", { status: "Partially Completed" }, DAY + MINUTE, 2],
  ])("%s", async (_, detail, later, requests) => {
    await scene.order(spec);
    spoil(detail);
    scene.clock.time += later;
    expect(outcomesOf(await scene.order(spec))).toEqual(["SUBMITTED"]);
    expect(scene.kore.held).toHaveLength(requests);
  });

  test("is a new command when KORE has deleted the old request", async () => {
    await scene.order(spec);
    scene.kore.held.length = 0;
    scene.clock.time += 61 * MINUTE; // Before that, 404 means "not yet visible".
    expect(outcomesOf(await scene.order(spec))).toEqual(["SUBMITTED"]);
    expect(scene.kore.posts()).toBe(2);
  });
});

describe("A command that another replica has taken over", () => {
  test("gets that replica's outcome", async () => {
    let isTakenOver = false;
    scene.kore.onPost = async (take) => {
      const reply = take();
      if (!isTakenOver) {
        isTakenOver = true;
        await scene.start().recover();
      }
      return reply;
    };
    expect(outcomesOf(await scene.order({ sims: ["a", "b", "c"] }))).toEqual(["SUBMITTED", "SUBMITTED", "SUBMITTED"]);
    expect(isTakenOver).toBe(true);
    expect(scene.kore.held.flatMap(({ sims }) => sims).sort()).toEqual(["a", "b", "c"]);
  });
});
