import { beforeEach, describe, expect, test } from "vitest";
import { KoreError } from "../../../../src/kore/errors.ts";
import { type ProvisioningVerb } from "../../../../src/kore/api/connectivity-types.ts";
import { type StateVerdict } from "../../../../src/kore/provisioning/command.ts";
import { unsent } from "../fakes.ts";
import { MINUTE, Scene, outcomesOf } from "../fixtures.ts";

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

const satisfied: StateVerdict = { outcome: "ALREADY_SATISFIED" };
const asWanted = () => satisfied;
const reactivate = { sims: ["a"], verb: "reactivate", requestKey: "back", byState: asWanted } as const;

/** Suspends the SIM by a command that KORE has acknowledged and not finished; requests are counted from here. */
async function suspendUnfinished(verb: ProvisioningVerb = "suspend", sims = ["a"]) {
  scene.kore.status = "pending";
  await scene.order({ sims, verb, requestKey: `first ${verb}` });
  scene.kore.asked.length = 0;
  scene.plans = 0;
}
const DETAIL = "GET /request-1";

describe("C3.1 While a command for a SIM is unfinished, the SIM's state is not final", () => {
  test.each<ProvisioningVerb>(["activate", "suspend", "deactivate", "plan-feature-change", "terminate"])(
    "C3.1 after %s, reactivate is sent for KORE to decide, with one status read",
    async (verb) => {
      await suspendUnfinished(verb);
      expect(outcomesOf(await scene.order(reactivate))).toEqual(["SUBMITTED"]);
      expect(scene.kore.asked).toEqual([DETAIL, "POST reactivate"]);
    },
  );

  test("C3.1 the status of a request is read once for all its SIMs", async () => {
    await suspendUnfinished("suspend", ["a", "b"]);
    expect(outcomesOf(await scene.order({ ...reactivate, sims: ["a", "b"] }))).toEqual(["SUBMITTED", "SUBMITTED"]);
    expect(scene.kore.asked).toEqual([DETAIL, "POST reactivate"]);
  });

  test("C3.1 a state from which the verb is impossible may change as well", async () => {
    await suspendUnfinished("activate");
    const wrong: StateVerdict = { outcome: "REJECTED", reason: "WRONG_STATE" };
    const spec = { ...reactivate, verb: "suspend" as const, byState: () => wrong };
    expect(outcomesOf(await scene.order(spec))).toEqual(["SUBMITTED"]);
  });

  test("C3.1 the same holds without a request key, for another caller, and for another process on the same store", async () => {
    await suspendUnfinished();
    scene.commands = scene.start();
    await scene.commands.recover();
    expect(outcomesOf(await scene.order({ ...reactivate, requestKey: null }))).toEqual(["SUBMITTED"]);
  });

  test("C3.1 commands of other accounts do not count", async () => {
    await suspendUnfinished();
    const command = { accountId: "other", verb: "reactivate", requestKey: null, who: "erp", input: [] } as const;
    const sims = [{ id: "a", iccid: null, place: 0, byState: satisfied }];
    const outcome = await scene.commands.submit(command, () => Promise.resolve({ sims, settled: [], options: {} }));
    expect(outcomesOf(outcome)).toEqual(["ALREADY_SATISFIED"]);
    expect(scene.kore.asked).toEqual([]);
  });

  test("C3.1 a SIM that needs a write by its state costs no status read", async () => {
    await suspendUnfinished();
    expect(outcomesOf(await scene.order({ sims: ["a"], verb: "terminate" }))).toEqual(["SUBMITTED"]);
    expect(scene.kore.asked).toEqual(["POST terminate"]);
  });

  test("C3.1 a SIM in the wanted state joins unfinished commands that all lead to it, without a second write", async () => {
    await suspendUnfinished("terminate");
    const again = { sims: ["a"], verb: "terminate", requestKey: "again", byState: asWanted } as const;
    const { results, requestIds } = await scene.order(again);
    expect(results).toMatchObject([{ outcome: "SUBMITTED", requestId: "request-1" }]);
    expect(requestIds).toEqual(["request-1"]);
    expect(scene.kore.posts()).toBe(0);
  });

  test("C3.1 activation to another state joins nothing", async () => {
    scene.kore.status = "pending";
    await scene.order({ sims: ["a"], verb: "activate", requestKey: "test", options: { "activation-state": "test" } });
    const options = { "activation-state": "ready" } as const;
    const spec = { sims: ["a"], verb: "activate", requestKey: "ready", options, byState: asWanted } as const;
    expect(outcomesOf(await scene.order(spec))).toEqual(["SUBMITTED"]);
    expect(scene.kore.held).toHaveLength(2);
  });

  test("C3.1 a dry run reports it as well, and writes nothing", async () => {
    await suspendUnfinished();
    const { sims, settled } = await scene.dryRun(reactivate);
    expect([sims.map(({ id }) => id), settled]).toEqual([["a"], []]);
    expect(scene.kore.asked).toEqual([DETAIL]);
  });

  test("C3.1 the same holds for the repetition of an unsent command", async () => {
    scene.kore.onPost = () => {
      throw unsent();
    };
    await expect(scene.order({ ...reactivate, byState: () => undefined })).rejects.toThrow();
    scene.kore.onPost = (take) => take();
    await suspendUnfinished();
    expect(outcomesOf(await scene.order(reactivate))).toEqual(["SUBMITTED"]);
    expect(scene.kore.asked).toEqual([DETAIL, "POST reactivate"]);
  });

  test("C3.1 without a readable status the SIM is held back, and a repetition reads the status again", async () => {
    await suspendUnfinished();
    scene.kore.onGet = () => {
      throw new KoreError("unavailable", "500", { operation: "GET", status: 500 });
    };
    expect(outcomesOf(await scene.order(reactivate))).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN"]);
    expect(scene.kore.posts()).toBe(0);
    scene.kore.onGet = (reply) => reply;
    expect(outcomesOf(await scene.order(reactivate))).toEqual(["SUBMITTED"]);
  });

  test("C3.1 a request that is not yet visible is unfinished", async () => {
    await suspendUnfinished();
    scene.kore.held.length = 0;
    expect(outcomesOf(await scene.order(reactivate))).toEqual(["SUBMITTED"]);
    expect(scene.kore.asked).toEqual([DETAIL, "POST reactivate"]);
  });

  test("C3.1 one operation reads the status of at most a hundred requests, newest first", async () => {
    scene.kore.status = "pending";
    const sims = Array.from({ length: 102 }, (_, n) => `sim-${n}`);
    for (const sim of sims) {
      await scene.order({ sims: [sim], requestKey: sim });
      scene.clock.time += 1000;
    }
    scene.kore.asked.length = 0;
    const outcome = await scene.order({ ...reactivate, sims });
    expect(scene.kore.asked.filter((line) => line.startsWith("GET"))).toHaveLength(100);
    const held = ["REJECTED EARLIER_OUTCOME_UNKNOWN", "REJECTED EARLIER_OUTCOME_UNKNOWN"];
    expect(outcomesOf(outcome)).toEqual([...held, ...Array<string>(100).fill("SUBMITTED")]);
  });
});

describe("C3.2 Once the command is finished, the state decides", () => {
  test("C3.2 after another read of the SIMs, since the state may have been read before the end; then nothing more is read", async () => {
    await suspendUnfinished();
    for (const held of scene.kore.held) held.status = "completed";
    expect(outcomesOf(await scene.order(reactivate))).toEqual(["ALREADY_SATISFIED"]);
    expect(scene.plans).toBe(2);
    expect(scene.kore.asked).toEqual([DETAIL]);
    expect(outcomesOf(await scene.order({ ...reactivate, requestKey: "third" }))).toEqual(["ALREADY_SATISFIED"]);
    expect(scene.kore.asked).toEqual([DETAIL]);
  });

  test("C3.2 a SIM that has changed by the second read is written", async () => {
    await suspendUnfinished();
    for (const held of scene.kore.held) held.status = "completed";
    const byState = () => (scene.plans === 1 ? satisfied : undefined);
    expect(outcomesOf(await scene.order({ ...reactivate, byState }))).toEqual(["SUBMITTED"]);
  });

  test("C3.2 one SIM may be finished before the rest of its request", async () => {
    await suspendUnfinished("suspend", ["a", "b"]);
    scene.kore.onGet = () => ({
      "request-type": {
        status: "pending",
        subscriptions: [
          { "subscription-id": "a", "completion-status": "Completed" },
          { "subscription-id": "b", "completion-status": "Pending" },
        ],
      },
    });
    expect(outcomesOf(await scene.order({ ...reactivate, sims: ["a", "b"] }))).toEqual([
      "ALREADY_SATISFIED",
      "SUBMITTED",
    ]);
  });

  test("C3.2 refused and unsent commands leave nothing unfinished", async () => {
    scene.kore.onPost = (_, post) => {
      if (post > 1) throw unsent();
      throw new KoreError("bad-request", "400", { operation: "POST", status: 400 });
    };
    await scene.order({ sims: ["a"], requestKey: "refused" });
    await expect(scene.order({ sims: ["a"], requestKey: "not sent" })).rejects.toThrow();
    scene.kore.asked.length = 0;
    expect(outcomesOf(await scene.order(reactivate))).toEqual(["ALREADY_SATISFIED"]);
    expect(scene.kore.asked).toEqual([]);
  });

  test("C3.2 the status of a request that a watcher saw finished is not read", async () => {
    await suspendUnfinished();
    await scene.commands.recordProgress("acme", "request-1", { "request-type": { status: "completed" } });
    expect(outcomesOf(await scene.order(reactivate))).toEqual(["ALREADY_SATISFIED"]);
    expect(scene.kore.asked).toEqual([]);
  });
});

describe("C3.3 A SIM with an ambiguous write is never already satisfied", () => {
  test("C3.3 it is held back while the earlier command is ambiguous", async () => {
    await scene.leaveAmbiguous({ sims: ["a"] }, "take");
    scene.hideList();
    expect(outcomesOf(await scene.order(reactivate))).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN"]);
    const { sims, settled } = await scene.dryRun(reactivate);
    expect([sims, outcomesOf({ results: settled, requestIds: [] })]).toEqual([
      [],
      ["REJECTED EARLIER_OUTCOME_UNKNOWN"],
    ]);
  });

  test("C3.3 the earlier command is reconciled, and found unfinished", async () => {
    scene.kore.status = "pending";
    await scene.leaveAmbiguous({ sims: ["a"] }, "take");
    expect(outcomesOf(await scene.order(reactivate))).toEqual(["SUBMITTED"]);
    expect(scene.kore.held).toHaveLength(2);
  });
});

test("C3.4 a command that waited for another one reads the SIM again", async () => {
  let answer = () => {};
  scene.kore.status = "pending";
  scene.kore.onPost = async (take, post) => {
    if (post === 1) await new Promise<void>((resolve) => (answer = resolve));
    return take();
  };
  const suspended = scene.order({ sims: ["a"], requestKey: "first" });
  await expect.poll(() => scene.kore.posts()).toBe(1);
  scene.plans = 0;
  const back = scene.order(reactivate);
  await expect.poll(() => scene.plans).toBe(1);
  answer();
  await suspended;
  expect(outcomesOf(await back)).toEqual(["SUBMITTED"]);
  expect(scene.plans).toBe(2);
});

test("C3.5 unfinished commands of an earlier version are known after the upgrade of its ledger", async () => {
  await suspendUnfinished();
  const marks = scene.store.keys().filter((key) => /^(unfinished|marks)/.test(key));
  await scene.store.commit({ set: marks.map((key) => [key, undefined]) });
  scene.commands = scene.start();
  await scene.commands.recover();
  expect(outcomesOf(await scene.order(reactivate))).toEqual(["SUBMITTED"]);
});

describe("A10.2 SIMs that KORE has failed", () => {
  const failed = {
    "request-type": {
      status: "completed",
      subscriptions: [
        { "subscription-id": "a", "completion-status": "Failed", "error-message": "no credit" },
        { "subscription-id": "b", "completion-status": "Completed" },
      ],
    },
  };

  test("A10.2 are FAILED in a repetition, without a KORE call, once a watcher saw it", async () => {
    const spec = { sims: ["a", "b"] };
    await scene.order(spec);
    scene.kore.asked.length = 0;
    expect(outcomesOf(await scene.order(spec))).toEqual(["SUBMITTED", "SUBMITTED"]);
    await scene.commands.recordProgress("acme", "request-1", failed);
    const { results } = await scene.order(spec);
    expect(results).toMatchObject([
      { outcome: "FAILED", reason: "KORE_FAILED", message: "no credit", requestId: "request-1" },
      { outcome: "SUBMITTED" },
    ]);
    expect(scene.kore.asked).toEqual([]);
  });

  test("A10.2 are all SIMs of a request that KORE could not create", async () => {
    await scene.order({ sims: ["a", "b"] });
    await scene.commands.recordProgress("acme", "request-1", {
      "request-type": { status: "failed", subscriptions: [] },
    });
    expect(outcomesOf(await scene.order({ sims: ["a", "b"] }))).toEqual(["FAILED KORE_FAILED", "FAILED KORE_FAILED"]);
  });
});

describe("B6.1 404 for a request that KORE acknowledged within the hour", () => {
  test("B6.1 means unfinished: the same input without a key joins it", async () => {
    const spec = { sims: ["a"], requestKey: null };
    await scene.order(spec);
    scene.kore.held.length = 0;
    scene.clock.time += 59 * MINUTE;
    expect(outcomesOf(await scene.order(spec))).toEqual(["SUBMITTED"]);
    expect(scene.kore.posts()).toBe(1);
  });
});
