import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

const canMount = process.getuid?.() === 0 && process.platform === "linux";

describe.skipIf(!canMount)("with the store on a small file system", () => {
  let folder: string;
  let app: TestApp;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kore-graph-full-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]);
    app = await startApp({ accounts: { acme: { sims: 4 } } }, { STORE_PATH: join(folder, "store") });
  });
  afterEach(async () => {
    await app.stop();
    execFileSync("umount", [folder]);
    await rm(folder, { recursive: true });
  });

  const suspend = (iccid: string | undefined) =>
    app.graph.query(
      'mutation($iccid: ICCID!) { suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: $iccid }] }) { results { outcome } } }',
      { iccid },
    );

  test("12.1.6 on a full disk writes are STORE_UNAVAILABLE and nothing is sent, reads go on, readiness says degraded, and all is well again with room", async () => {
    const filler = join(folder, "filler");
    const [iccid] = app.kore.iccids("acme");
    await writeFile(filler, Buffer.alloc(20 * 2 ** 20));
    const refused = await suspend(iccid);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: "STORE_UNAVAILABLE", retryAfterSeconds: 10 });
    expect(app.kore.requests().filter((line) => line.startsWith("POST"))).toEqual([]);
    const read = await app.graph.query('{ subscriptions(accountId: "acme", first: 1) { totalCount } }');
    expect(read).toEqual({ data: { subscriptions: { totalCount: 4 } } });
    const ready = await fetch(`${app.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, expect.objectContaining({ degraded: ["store"] })]);
    expect(app.logged().filter(({ level }) => ["error", "fatal"].includes(String(level)))).toEqual([]);
    await rm(filler);
    expect(await suspend(iccid)).toMatchObject({
      data: {
        suspendSubscriptions: { results: [{ outcome: expect.stringMatching(/SUBMITTED|REJECTED|ALREADY/) as string }] },
      },
    });
    const states = app.logged().filter(({ state }) => String(state).endsWith("writable"));
    expect(states).toMatchObject([
      { level: "warn", state: "unwritable", code: "ENOSPC" },
      { level: "info", state: "writable" },
    ]);
  });
});
