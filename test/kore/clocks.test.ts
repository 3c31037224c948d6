import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KoreError } from "../../src/kore/errors.ts";
import { NO_OBSERVER } from "../../src/kore/events.ts";
import { circuitBreaker } from "../../src/kore/http/circuit-breaker/circuit-breaker.ts";
import { compose } from "../../src/kore/http/interceptor.ts";
import { ProvisioningWatcher } from "../../src/kore/provisioning/watcher.ts";
import { TokenSource } from "../../src/kore/auth/token-source.ts";
import { cachedHealthCheck } from "../../src/server/health.ts";
import { HOST, call } from "./http/calls.ts";
import { limited, lost } from "./provisioning/fakes.ts";
import { MINUTE, Scene, outcomesOf } from "./provisioning/fixtures.ts";

const HOUR = 60 * MINUTE;

describe("C4 the search for an unacknowledged write", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
  });

  test.each([
    ["back two hours", -2 * HOUR],
    ["ahead forty days", 40 * 24 * HOUR],
  ])("C4.5 takes as long as always when the system clock steps %s meanwhile", async (_, step) => {
    scene.kore.onPost = (take, post) => {
      if (post === 1) throw lost();
      return take();
    };
    let looks = 0;
    scene.kore.onGet = (reply) => {
      looks += 1;
      if (looks === 1) scene.clock.step(step);
      return reply;
    };
    const began = scene.clock.monotonic();
    expect(outcomesOf(await scene.order({ sims: ["a"] }))).toEqual(["SUBMITTED"]);
    expect(scene.clock.monotonic() - began).toBeGreaterThanOrEqual(10_000);
    expect(scene.clock.monotonic() - began).toBeLessThan(MINUTE);
    expect(scene.kore.posts()).toBe(2);
  });

  test("C4.6 after a restart with a clock stepped back two hours waits no longer than the visibility window", async () => {
    await scene.leaveAmbiguous({ sims: ["a"] }, "take");
    scene.clock.step(-2 * HOUR);
    scene.hideList();
    const began = scene.clock.monotonic();
    await scene.order({ sims: ["a"] });
    expect(scene.clock.monotonic() - began).toBeLessThan(2 * MINUTE);
  });

  test("C4.7 pauses as long as KORE asks when the clock steps back two hours meanwhile", async () => {
    scene.kore.onPost = (take, post) => {
      if (post > 1) return take();
      setImmediate(() => scene.clock.step(-2 * HOUR));
      throw limited(5000);
    };
    const began = scene.clock.monotonic();
    expect(outcomesOf(await scene.order({ sims: ["a"] }))).toEqual(["SUBMITTED"]);
    expect(scene.clock.monotonic() - began).toBeLessThan(MINUTE);
  });
});

describe("C4 timers of the process, when the system clock steps back two hours", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const stepBack = () => vi.setSystemTime(Date.now() - 2 * HOUR);

  test("C4.8 a circuit breaker probes after its pause", async () => {
    let sent = 0;
    const { guard, record } = circuitBreaker(NO_OBSERVER);
    const way = compose([guard, record], () => {
      sent += 1;
      return sent > 10 ? Promise.resolve("well") : Promise.reject(lost());
    });
    const send = () => way(call({ host: HOST }), new AbortController().signal);
    for (let n = 0; n < 10; n += 1) await send().catch(() => undefined);
    await expect(send()).rejects.toBeInstanceOf(KoreError);
    stepBack();
    await vi.advanceTimersByTimeAsync(2500);
    expect(await send()).toBe("well");
  });

  test("C4.9 a token expires", async () => {
    let asked = 0;
    const request = () => Promise.resolve({ value: `token-${++asked}`, lifetime: 60_000 });
    const tokens = new TokenSource({ request, onRenewed: () => undefined, onRenewalFailed: () => undefined });
    expect(await tokens.get()).toBe("token-1");
    stepBack();
    await vi.advanceTimersByTimeAsync(61_000);
    expect(await tokens.get()).toBe("token-2");
  });

  test("C4.10 a health check is repeated", async () => {
    let looks = 0;
    const { check } = cachedHealthCheck({ part: "store" }, () => Promise.resolve(((looks += 1), undefined)));
    await check();
    stepBack();
    await vi.advanceTimersByTimeAsync(11_000);
    await check();
    expect(looks).toBe(2);
  });

  test("C4.11 a woken poller polls", async () => {
    let reads = 0;
    const watches = new ProvisioningWatcher<number>({ first: 1000, growth: 1, longest: 1000 });
    const watched = {
      key: "acme 1",
      read: () => Promise.resolve(++reads),
      versionOf: String,
      isFinal: (state: number) => state >= 2,
    };
    const seen: number[] = [];
    void (async () => {
      for await (const state of watches.watch(watched)) seen.push(state);
    })();
    await vi.advanceTimersByTimeAsync(1);
    stepBack();
    watches.wake();
    await vi.advanceTimersByTimeAsync(500);
    expect(seen).toEqual([1, 2]);
  });
});
