import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openStore } from "../../../src/server/storage/lmdb.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { startKore, app, kore, folder, file, start, entry, rest, child, count, tokens, codes } from "./fixtures.ts";

beforeEach(() => startKore());

describe("The ledger", () => {
  const SUSPEND = `mutation ($input: SuspendSubscriptionsInput!) {
    suspendSubscriptions(input: $input) { counts { submitted } requests { id } }
  }`;
  const suspend = (accountId = "child") => {
    const input = { accountId, subscriptions: [{ iccid: kore.iccids(accountId)[0] }], requestKey: "one" };
    return app.graph.query<{ suspendSubscriptions: { requests: { id: string }[] } }>(SUSPEND, { input });
  };

  test("A3.9 is keyed by account: an order is recognised after its account moved to other credentials", async () => {
    await start([rest(), child()]);
    const first = await suspend();
    expect(first.data?.suspendSubscriptions.requests).toHaveLength(1);
    await writeFile(file, JSON.stringify([{ ...child(["child", "other"]), name: "moved" }]));
    await app.restart();
    expect((await suspend()).data).toEqual(first.data);
    expect(kore.provisioningRequests("child")).toHaveLength(1);
  });

  test("A3.9 of an earlier version, which was marked by the client id, is upgraded", async () => {
    const path = join(folder, "store");
    const { clientId } = kore.credentialsOf("child");
    const mark = createHash("sha256")
      .update(JSON.stringify([kore.urls.connectivity, clientId]))
      .digest("hex");
    await (await openStore(path, { mark, former: [] })).close();
    await start([rest(), child()], { STORE_PATH: path });
    await writeFile(file, JSON.stringify([rest()]));
    await app.restart();
    expect(codes(await count("home"))).toEqual([]);
  });

  test("A3.9 belongs to KORE's base address, and is refused to another", async () => {
    const path = join(folder, "store");
    await (await openStore(path, { mark: "of another address", former: [] })).close();
    await expect(start([rest()], { STORE_PATH: path })).rejects.toThrow("another KORE_CONNECTIVITY_URL");
    await start([rest()]);
  });

  test("A3.9 stays when the client id is rotated: an order is recognised, and not sent again", async () => {
    await start([rest()]);
    const first = await suspend("home");
    expect(first.data?.suspendSubscriptions.requests).toHaveLength(1);
    const { apiKey } = kore.credentials;
    await writeFile(file, JSON.stringify([entry("rest", "*", { ...kore.developerCredentials, apiKey })]));
    await app.restart();
    kore.clearLog();
    expect((await suspend("home")).data).toEqual(first.data);
    expect(codes(await count("home"))).toEqual([]);
    expect(tokens()).toBe(1);
    expect(kore.provisioningRequests("home")).toHaveLength(1);
  });
});
