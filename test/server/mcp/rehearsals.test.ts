import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Rehearsals } from "../../../src/server/mcp/rehearsals.ts";
import { type Store, openStore } from "../../../src/server/storage/lmdb.ts";

let folder: string;
let store: Store;
let now = 0;
/** A replica on the same store, with a clock of the test's. */
const replica = () => new Rehearsals(Object.create(store, { now: { value: () => now } }) as Store);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-rehearsals-"));
  store = await openStore(join(folder, "store"));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const CALL = { caller: "key clerk", tool: "Suspend", input: { sims: [1, 2], requestKey: "a" } };
const MINUTE = 60_000;

test("a token of one replica is valid at another, once", async () => {
  const [one, other, third] = [replica(), replica(), replica()];
  const [first, second] = await Promise.all([one.issue(CALL), other.issue(CALL)]);
  expect(await third.redeem(first.token, CALL)).toBeUndefined();
  expect(await one.redeem(first.token, CALL)).toBe("has been used");
  expect(await one.redeem(second.token, CALL)).toBeUndefined();
});

test("a token expires after ten minutes", async () => {
  now = Date.UTC(2026, 0, 1);
  const { token, expiresAt } = await replica().issue(CALL);
  expect(expiresAt).toEqual(new Date(now + 10 * MINUTE));
  now += 10 * MINUTE;
  expect(await replica().redeem(token, CALL)).toBe("has expired");
  now -= 1;
  expect(await replica().redeem(token, CALL)).toBeUndefined();
});

test("used tokens are removed once they have expired, and the signing key stays", async () => {
  now = Date.UTC(2026, 1, 1);
  const { token } = await replica().issue(CALL);
  await replica().redeem(token, CALL);
  await replica().prune(now + 10 * MINUTE);
  expect(await replica().redeem(token, CALL)).toBe("has been used");
  await replica().prune(now + 11 * MINUTE);
  expect(await store.list("rehearsal/")).toEqual([]);
  now += 10 * MINUTE;
  expect(await replica().redeem(token, CALL)).toBe("has expired");
});

test("a token shows nothing about its call", async () => {
  const { token } = await replica().issue(CALL);
  const [body = ""] = token.split(".");
  expect(Buffer.from(body, "base64url").toString()).not.toMatch(/clerk|Suspend|sims|"a"/);
});
