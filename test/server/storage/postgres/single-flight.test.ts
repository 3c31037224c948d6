import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { encrypted } from "../../../../src/server/storage/postgres/replicas/single-flight.ts";
import { type TestReplica, replicaAt } from "../../../support/fleet/replica.ts";
import { afterTest } from "../../../support/vitest/cleanup.ts";
import { describePostgres } from "../../../support/fleet/postgres.ts";
import { TcpProxy } from "../../../support/network/tcp-proxy.ts";

/** A promise, and how it is resolved. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Work that begins, and ends as `end` does once it is let. */
function heldWork<Result>(end: () => Promise<Result>) {
  const begun = gate();
  const held = gate();
  const work = async (): Promise<Result> => {
    begun.open();
    await held.opened;
    return end();
  };
  return { work, begun: begun.opened, letEnd: held.open };
}

describePostgres("Work that is done once for all replicas", (postgres) => {
  const replicas = async (count: number, url = postgres().url): Promise<[TestReplica, ...TestReplica[]]> => {
    const target = randomUUID();
    const first = await replicaAt(url, { target });
    const others = await Promise.all(Array.from({ length: count - 1 }, () => replicaAt(url, { target })));
    return [first, ...others];
  };
  const forMinutes = <Value>(value: Value) => Promise.resolve({ value, freshFor: 600_000 });

  test("many callers at three replicas: one works, all get its value", async () => {
    const all = await replicas(3);
    let works = 0;
    const work = async () => {
      works += 1;
      await all[0].store.changed([], 50);
      return { value: { token: `t${works}` }, freshFor: 600_000 };
    };
    const asked = Array.from({ length: 15 }, (_, n) =>
      (all[n % 3] as TestReplica).singleFlight.run("token/a", work, { workTimeout: 30_000 }),
    );
    const answers = await Promise.all(asked);
    expect(works).toBe(1);
    expect(new Set(answers.map(({ value }) => value.token))).toEqual(new Set(["t1"]));
    for (const { freshFor } of answers) expect(freshFor).toBeLessThanOrEqual(600_000);
    await all[1]?.singleFlight.run("sealed/b", work, { workTimeout: 30_000 });
    expect(works).toBe(2);
  });

  test("a stale or refused value is computed again, once", async () => {
    const all = await replicas(2);
    let works = 0;
    const work = () => {
      works += 1;
      return forMinutes(`t${works}`);
    };
    await all[0].singleFlight.run("k", () => Promise.resolve({ value: "old", freshFor: 0 }), { workTimeout: 30_000 });
    const one = { workTimeout: 30_000 };
    expect((await all[1]?.singleFlight.run("k", work, one))?.value).toBe("t1");
    const accept = (value: string) => value !== "t1";
    const answers = await Promise.all(all.map(({ singleFlight }) => singleFlight.run("k", work, { ...one, accept })));
    expect(answers.map(({ value }) => value)).toEqual(["t2", "t2"]);
    // Nothing from before an instant, such as that of a webhook.
    const { startedAt = 0 } = await all[0].singleFlight.run("k", work, one);
    const since = (from: number) => ({ ...one, accept: (_: string, began: number) => began > from });
    expect((await all[0].singleFlight.run("k", work, since(startedAt - 1))).value).toBe("t2");
    expect((await all[0].singleFlight.run("k", work, since(startedAt))).value).toBe("t3");
  });

  test("after a failed worker the next one works, and only the first gets its error", async () => {
    const all = await replicas(2);
    const { work, begun, letEnd } = heldWork(() =>
      Promise.reject<{ value: string; freshFor: number }>(new Error("no")),
    );
    const failing = all[0].singleFlight.run("k", work, { workTimeout: 60_000 });
    await begun;
    const waiting = all[1]?.singleFlight.run("k", () => forMinutes("second"), { workTimeout: 60_000 });
    await all[0].store.changed([], 100);
    letEnd();
    await expect(failing).rejects.toThrow("no");
    expect((await waiting)?.value).toBe("second");
  });

  test("a worker that does not finish is replaced after the time-out, and its late value is not stored", async () => {
    const all = await replicas(2);
    const { work, begun, letEnd } = heldWork(() => forMinutes("late"));
    const late = all[0].singleFlight.run("k", work, { workTimeout: 300 });
    await begun;
    expect((await all[1]?.singleFlight.run("k", () => forMinutes("next"), { workTimeout: 60_000 }))?.value).toBe(
      "next",
    );
    letEnd();
    expect((await late).value).toBe("late");
    expect((await all[0].singleFlight.run("k", () => forMinutes("third"), { workTimeout: 60_000 })).value).toBe("next");
  });

  test("a value is encrypted for its key and secret", async () => {
    const [{ singleFlight }] = await replicas(1);
    const codec = encrypted("client secret");
    const one = { workTimeout: 60_000, codec };
    await singleFlight.run("sealed/a", () => forMinutes("Bearer-of-nobody"), one);
    const kept = await postgres().query<{ value: Buffer }>(
      "select value from kore_graph.shared where key = 'sealed/a'",
    );
    expect(kept[0]?.value.toString("latin1")).not.toContain("Bearer");
    expect((await singleFlight.run("sealed/a", () => forMinutes("new"), one)).value).toBe("Bearer-of-nobody");
    // Moved to another key, or read with the secret after a rotation: as if it were not there.
    await postgres().query("update kore_graph.shared set key = 'sealed/b' where key = 'sealed/a'");
    expect((await singleFlight.run("sealed/b", () => forMinutes("new"), one)).value).toBe("new");
    const rotated = { ...one, codec: encrypted("another secret") };
    expect((await singleFlight.run("sealed/b", () => forMinutes("newer"), rotated)).value).toBe("newer");
    expect(() => codec.decode(Buffer.alloc(5), "k")).toThrow();
    expect(codec.encode("x", "k").equals(codec.encode("x", "k"))).toBe(false);
  });

  test("without the database each replica does its own work", async () => {
    const proxy = await TcpProxy.to(postgres().port);
    afterTest(() => proxy.close());
    const [{ singleFlight }] = await replicas(1, proxy.url(postgres().url));
    await singleFlight.run("k", () => forMinutes("shared"), { workTimeout: 60_000 });
    proxy.cut();
    const answer = await singleFlight.run("k", () => forMinutes("own"), { workTimeout: 60_000 });
    expect(answer).toEqual({ value: "own", freshFor: 600_000, startedAt: undefined });
    const failing = () => Promise.reject(new Error("refused"));
    await expect(singleFlight.run("k", failing, { workTimeout: 60_000 })).rejects.toThrow("refused");
    proxy.heal();
  });

  test("a database that becomes unreachable during the work does not lose its result", async () => {
    const proxy = await TcpProxy.to(postgres().port);
    afterTest(() => proxy.close());
    const [{ singleFlight }] = await replicas(1, proxy.url(postgres().url));
    const work = () => {
      proxy.cut();
      return forMinutes("done");
    };
    expect((await singleFlight.run("k", work, { workTimeout: 60_000 })).value).toBe("done");
    proxy.heal();
  });

  test("an aborted caller stops waiting", async () => {
    const all = await replicas(2);
    const { work, begun, letEnd } = heldWork(() => forMinutes("v"));
    const working = all[0].singleFlight.run("k", work, { workTimeout: 60_000 });
    await begun;
    const leaving = new AbortController();
    const waiting = all[1]?.singleFlight.run("k", () => forMinutes("w"), {
      workTimeout: 60_000,
      signal: leaving.signal,
    });
    leaving.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    letEnd();
    expect((await working).value).toBe("v");
  });

  test("values that were not used for a day are deleted", async () => {
    const target = randomUUID();
    const { singleFlight } = await replicaAt(postgres().url, { target });
    for (const key of ["old", "new", "working"])
      await singleFlight.run(key, () => forMinutes(1), { workTimeout: 60_000 });
    const old =
      "update kore_graph.shared set fresh_until = now() - interval '2 days' where target = $1 and key <> 'new'";
    await postgres().query(old, [target]);
    await postgres().query(
      "update kore_graph.shared set work_until = now() + interval '1 minute' where target = $1 and key = 'working'",
      [target],
    );
    await singleFlight.prune();
    const rows = await postgres().query("select key from kore_graph.shared where target = $1 order by key", [target]);
    expect(rows).toEqual([{ key: "new" }, { key: "working" }]);
  });
});
