import { expect, test } from "vitest";
import { type FleetEnvironment, openFleet, wait } from "../support/fleet/fleet-environment.ts";
import { describePostgres } from "../support/fleet/postgres.ts";
import { Load, type PlacedOrder } from "./fleet-load.ts";

const SIMS = 20_000;
const FIXTURES = {
  accounts: { acme: { sims: SIMS, states: "Active", esims: "none" } },
  provisioning: { pendingAfterMs: 100, completedAfterMs: 1_500 },
} as const;

/** Longer than a lease of five seconds, with its margin. */
const BEYOND_THE_LEASE = 7_000;

/** SIMs, each with the ids of KORE's requests that name it. */
function heldBySim({ kore }: FleetEnvironment): Map<string, string[]> {
  const held = new Map<string, string[]>();
  for (const { id, subscriptions } of kore.provisioningRequests("acme"))
    for (const { iccid } of subscriptions) held.set(iccid, [...(held.get(iccid) ?? []), id]);
  return held;
}

/** No SIM is at KORE twice, and all acknowledged orders are there. */
function compare(
  environment: FleetEnvironment,
  orders: readonly PlacedOrder[],
): { twice: unknown[]; untrue: unknown[] } {
  const held = heldBySim(environment);
  const twice = [...held].filter(([, ids]) => ids.length > 1);
  const untrue = orders
    .flatMap(({ acknowledged }) => [...acknowledged])
    .filter(([iccid, ids]) => [...ids].join() !== (held.get(iccid) ?? []).join());
  return { twice, untrue };
}

const print = (what: string, figures: object) => process.stdout.write(`fleet: ${what} ${JSON.stringify(figures)}\n`);

describePostgres("Three replicas", (postgres) => {
  test("60 seconds of load, while one after another is killed or stopped and the database restarts twice: nothing twice, nothing lost", async () => {
    const environment = await openFleet(postgres(), FIXTURES, { noticesAfter: 500 });
    const [a, b, c] = environment.replicas;
    if (!a || !b || !c) throw new Error("three replicas");
    const load = new Load(environment.balancer.url, environment.kore);
    const running = load.run();
    const reads: Record<string, number> = {};
    const during = async (what: string, work: () => Promise<void>) => {
      const before = load.count("read ok");
      await work();
      reads[what] = load.count("read ok") - before;
    };
    const startedAt = performance.now();
    await wait(3_000);
    await during("a killed", () => a.kill());
    await Promise.all([a.start(), wait(6_000)]);
    b.signal("SIGSTOP");
    await during("b stopped", () => wait(BEYOND_THE_LEASE));
    b.signal("SIGCONT");
    await wait(4_000);
    await postgres().stop({ crash: true });
    await during("the database away", () => wait(2_000));
    await postgres().resume();
    await wait(6_000);
    await c.kill();
    await Promise.all([c.start(), wait(6_000)]);
    a.signal("SIGSTOP");
    await during("a stopped", () => wait(BEYOND_THE_LEASE));
    a.signal("SIGCONT");
    await wait(3_000);
    await postgres().stop();
    // Longer than a lease: no replica has one any more.
    await during("the database away for longer", () => wait(BEYOND_THE_LEASE));
    await postgres().resume();
    await wait(5_000);
    await b.kill();
    await b.start();
    await wait(Math.max(0, startedAt + 60_000 - performance.now()));
    load.stop();
    await running;
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    print("counts", Object.fromEntries([...load.counts].sort()));

    const keyed = load.orders.filter(({ requestKey }) => requestKey !== null);
    const decided = await Promise.all(keyed.map((wish) => load.decide(wish)));
    const { twice, untrue } = compare(environment, load.orders);
    print("after", {
      seconds,
      orders: load.orders.length,
      withKey: keyed.length,
      sims: load.orders.flatMap(({ iccids }) => iccids).length,
      atKore: heldBySim(environment).size,
      twice: twice.length,
      untrue: untrue.length,
      undecided: decided.filter((is) => !is).length,
      watchers: load.watchers,
      watchedToTheEnd: load.watchedToTheEnd,
      reads,
      tokens: environment.kore.log().filter(({ path }) => path.endsWith("/token")).length,
    });
    const errors = environment.replicas.flatMap((replica) => replica.logged("error"));
    const stderr = environment.replicas.map((replica) => replica.stderr).join("");
    await environment.close();
    expect(twice).toEqual([]);
    expect(untrue).toEqual([]);
    expect(decided.every((is) => is)).toBe(true);
    expect(load.defects).toEqual([]);
    expect(load.orders.length).toBeGreaterThan(100);
    // Callers of a replica that stands still wait for it; those of all others are served.
    for (const what of ["the database away", "the database away for longer"])
      expect(reads[what], what).toBeGreaterThan(20);
    expect(errors).toEqual([]);
    expect(stderr).toBe("");
  }, 300_000);

  test("a rolling restart of all three, behind a balancer that notices after two seconds, cuts no operation and refuses no connection", async () => {
    const environment = await openFleet(postgres(), FIXTURES, { noticesAfter: 2_000, env: { STOP_DELAY_MS: "3000" } });
    const { balancer } = environment;
    environment.kore.faults.add({ effect: "latency", ms: 100, path: "/connectivity/**" });
    const load = new Load(balancer.url, environment.kore);
    const running = load.run();
    await wait(2_000);
    for (const replica of environment.replicas) {
      replica.signal("SIGTERM");
      expect(await replica.ended).toBe(0);
      await replica.start();
      while (!balancer.isIn(replica.port)) await wait(50);
      await wait(1_000);
    }
    load.stop();
    await running;
    print("rolling restart", { refused: balancer.refused, ...Object.fromEntries([...load.counts].sort()) });
    const { twice, untrue } = compare(environment, load.orders);
    const errors = environment.replicas.flatMap((replica) => replica.logged("error"));
    await environment.close();
    expect(balancer.refused).toBe(0);
    expect([...load.counts.keys()].filter((what) => what.includes("lost"))).toEqual([]);
    expect(twice).toEqual([]);
    expect(untrue).toEqual([]);
    expect(load.defects).toEqual([]);
    expect(errors).toEqual([]);
    expect(load.orders.length).toBeGreaterThan(50);
  }, 200_000);
});
