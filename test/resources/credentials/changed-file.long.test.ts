import { writeFile } from "node:fs/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { startKore, app, kore, file, start, entry, rest, child, refused, count, tokens, codes } from "./fixtures.ts";

beforeEach(() => startKore());

describe("A file that changes", () => {
  test("A3.6 is applied; entries that differ in accounts only keep their tokens", async () => {
    await start([rest()]);
    await count("home");
    expect(codes(await count("child"))).toEqual(["KORE_FORBIDDEN"]);
    await writeFile(file, JSON.stringify([entry("rest", ["home"]), child()]));
    await expect.poll(async () => (await count("child")).data?.subscriptions?.totalCount, { timeout: 10_000 }).toBe(2);
    expect((await count("home")).data?.subscriptions?.totalCount).toBe(3);
    expect(codes(await count("other"))).toEqual(["KORE_FORBIDDEN"]);
    expect(tokens()).toBe(2);
  });

  test("A3.6 aborts no call in flight with replaced credentials", async () => {
    await start([rest(), child()]);
    await count("child");
    kore.faults.add({ effect: "latency", ms: 3_000, path: "/connectivity/v1/accounts/child/**", times: 1 });
    const running = count("child");
    await writeFile(file, JSON.stringify([rest()]));
    await expect.poll(async () => codes(await count("child")), { timeout: 10_000 }).toEqual(["KORE_FORBIDDEN"]);
    expect((await running).data?.subscriptions?.totalCount).toBe(2);
  });

  test("A3.6 that is invalid keeps the old entries, with one warning without secrets", async () => {
    await start([rest()]);
    await writeFile(file, JSON.stringify([{ ...rest(), name: "not a name", developerPortal: "hunter2" }]));
    const warnings = () => app.logged().filter(({ level }) => level === "warn");
    await expect.poll(warnings, { timeout: 10_000 }).toHaveLength(1);
    expect(JSON.stringify(warnings())).toContain("KORE_CREDENTIALS_FILE: entry 1: name: must be");
    expect(JSON.stringify(warnings())).not.toContain("hunter2");
    expect((await count("home")).data?.subscriptions?.totalCount).toBe(3);
  });
});

describe("Readiness with several entries", () => {
  const ready = async () => {
    for (;;) {
      const reply = await fetch(`${app.url}/readyz`);
      const body = (await reply.json()) as { status: string; degraded?: string[]; reasons?: { credential: string }[] };
      if (body.status !== "starting") return { ...body, text: body.status };
      await new Promise((go) => setTimeout(go, 50));
    }
  };

  test("A3.8 shows each by its name, and a refused one degrades", async () => {
    await start([rest(), refused("child", ["child"])]);
    expect(await ready()).toMatchObject({
      text: "ready",
      degraded: ["connectivity", "clients"],
      reasons: [
        { part: "connectivity", credential: "child", reason: "KORE_CREDENTIALS_REFUSED" },
        { part: "clients", credential: "child", reason: "KORE_CREDENTIALS_REFUSED" },
      ],
      credentials: {
        rest: { connectivity: "accepted", clients: "accepted" },
        child: { connectivity: "refused", clients: "refused" },
      },
    });
    expect(app.logged()).toContainEqual(expect.objectContaining({ level: "error", credential: "child" }));
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toContain('kore_graph_degraded{part="connectivity",credential="child"} 1');
    expect(metrics).toContain('kore_graph_degraded{part="connectivity",credential="rest"} 0');
  });

  test("Ready.3 is misconfigured when KORE refuses all of them", async () => {
    await start([refused("rest", "*"), refused("child", ["child"])]);
    expect((await ready()).text).toBe("misconfigured");
  });

  test("A3.8 credentials that replace accepted ones and are refused degrade", async () => {
    await start([rest()]);
    expect((await ready()).degraded).toEqual([]);
    await writeFile(file, JSON.stringify([refused("rest", "*")]));
    await expect.poll(async () => (await ready()).degraded, { timeout: 10_000 }).toEqual(["connectivity", "clients"]);
  });
});
