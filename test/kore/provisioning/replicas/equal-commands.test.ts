import { beforeEach, describe, expect, test } from "vitest";
import { type SleepersClock, type SmallKore } from "../fakes.ts";
import { outcomesOf } from "../fixtures.ts";
import { Replica, Shared } from "./replica.ts";

describe.each(["key", null])(
  "a command that another replica begins while this one plans it (request key: %s)",
  (key) => {
    let clock: SleepersClock, kore: SmallKore;
    let a: Replica, b: Replica;
    let answer: () => void;
    /** Begins it at the other replica, up to its POST, once. */
    let begin: () => Promise<void>;
    beforeEach(() => {
      const shared = new Shared();
      ({ clock, kore } = shared);
      [a, b] = [new Replica("a", shared), new Replica("b", shared)];
      const answered = new Promise<void>((resolve) => (answer = resolve));
      kore.onPost = async (take) => {
        const reply = take();
        await answered;
        return reply;
      };
      let first: Promise<unknown> | undefined;
      begin = async () => {
        if (first) return;
        first = a.order("x", key);
        while (kore.posts() === 0) await clock.sleep(0);
      };
    });

    /** Submits it at this replica; the other begins it at a point of this one's planning. */
    const submitted = {
      "reads the SIMs": () => b.order("x", key, begin),
      "has found the SIMs free"() {
        let reads = 0;
        b.onGetMany = (keys) => (keys[0]?.startsWith("sim/") && ++reads === 2 ? begin() : Promise.resolve());
        return b.order("x", key);
      },
      "records it"() {
        b.onCommit = async (commit, make) => {
          if (commit.set.some(([name]) => name.startsWith("intent/"))) await begin();
          return make();
        };
        return b.order("x", key);
      },
    };
    const points = Object.keys(submitted) as (keyof typeof submitted)[];

    test.each(points)("and %s is joined", async (point) => {
      const outcome = submitted[point]();
      while (kore.posts() === 0) await clock.sleep(0);
      for (let turn = 0; turn < 20; turn += 1) await clock.sleep(0); // Until this replica waits for the other.
      answer();
      expect(outcomesOf(await outcome)).toEqual(["SUBMITTED"]);
      expect(kore.posts()).toBe(1);
    });

    test.each(points)("and %s is not called unwritten when this one stops", async (point) => {
      b.stopping.abort();
      expect(outcomesOf(await submitted[point]())).toEqual(["OUTCOME_UNKNOWN REPLY_LOST"]);
      answer();
      expect(outcomesOf(await a.order("x", key))).toEqual(["SUBMITTED"]);
      expect(kore.posts()).toBe(1);
    });
  },
);
