import { beforeEach, describe, expect, test } from "vitest";
import { type Plan } from "../../../src/kore/provisioning/command.ts";
import { ProvisioningCommands } from "../../../src/kore/provisioning/commands.ts";
import { MemoryStore, SleepersClock, SmallKore, limited, lost, unsent } from "./fakes.ts";

const MINUTE = 60_000;

let clock: SleepersClock;
let kore: SmallKore;
let store: MemoryStore;
beforeEach(() => {
  clock = new SleepersClock(Date.UTC(2025, 0, 15, 9));
  kore = new SmallKore(clock);
  store = new MemoryStore();
});

/** Commands of a process that stops at the first sleep. */
function open(stopsAtSleep: boolean) {
  const stopping = new AbortController();
  const failed: unknown[] = [];
  const commands = new ProvisioningCommands({
    kore: kore.api,
    store,
    chunkSize: 1,
    reconciliation: {
      visibilityWindow: MINUTE,
      visibilityWindowAfterTimeout: MINUTE,
      now: clock.now,
      monotonic: clock.monotonic,
      stopping: stopping.signal,
      sleep: (milliseconds, signal) => {
        if (stopsAtSleep) stopping.abort();
        return signal.aborted ? Promise.resolve() : clock.sleep(milliseconds);
      },
    },
    audit: () => undefined,
    auditResolution: () => undefined,
    onRecoveryFailed: (error) => failed.push(error),
  });
  return { commands, failed };
}

const command = { who: "test", accountId: "acme", verb: "suspend", requestKey: "k", input: "three SIMs" } as const;
const plan = (): Promise<Plan> =>
  Promise.resolve({
    sims: ["a", "b", "c"].map((id, place) => ({ id, iccid: null, place })),
    settled: [],
    options: {},
  });

describe("a command that waits when the server stops", () => {
  test.each([
    ["KORE asks for fewer requests", () => limited(MINUTE)],
    ["KORE cannot be reached", unsent],
  ])(
    "because %s returns its present outcome, and the next start writes the rest, each SIM once",
    async (_, failure) => {
      kore.onPost = (take, post) => {
        if (post === 2) throw failure();
        return take();
      };
      const { results } = await open(true).commands.submit(command, plan);
      const observed = results.map(({ outcome, reason }) => reason ?? outcome).sort();
      expect(observed.filter((word) => word === "NOT_SENT_YET").length).toBeGreaterThan(0);
      expect(new Set(observed)).toEqual(new Set(["NOT_SENT_YET", "SUBMITTED"]));
      expect(results.find(({ reason }) => reason)).toMatchObject({ outcome: "OUTCOME_UNKNOWN" });
      expect(clock.time).toBe(Date.UTC(2025, 0, 15, 9));

      kore.onPost = (take) => take();
      const next = open(false);
      await next.commands.recover();
      expect(next.failed).toEqual([]);
      expect(kore.held.flatMap(({ sims }) => sims).sort()).toEqual(["a", "b", "c"]);
      const again = await next.commands.submit(command, plan);
      expect(again.results.map(({ outcome }) => outcome)).toEqual(["SUBMITTED", "SUBMITTED", "SUBMITTED"]);
      expect(kore.held).toHaveLength(3);
    },
  );

  test("for a lost write to become visible does not count as absent, and the next start reconciles it", async () => {
    kore.onPost = (take, post) => {
      if (post === 1) throw lost();
      return take();
    };
    const { results } = await open(true).commands.submit(command, plan);
    expect(results.filter(({ reason }) => reason === "REPLY_LOST")).toHaveLength(1);

    kore.onPost = (take) => take();
    const next = open(false);
    await next.commands.submit(command, plan);
    expect(kore.held.flatMap(({ sims }) => sims).sort()).toEqual(["a", "b", "c"]);
  });
});
