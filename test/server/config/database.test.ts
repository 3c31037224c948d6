import { describe, expect, test } from "vitest";
import { describeEnvironment, readConfig, readDatabaseUrl } from "../../../src/server/config/index.ts";
import { LIVE, mistakesOf } from "../../support/config.ts";

describe("The database that replicas share", () => {
  const url = "postgres://kore:s3cret-of-the-database@db.example.com:5432/kore?sslmode=verify-full";

  test("is named by its address", () => {
    expect(readConfig(LIVE).database).toBeUndefined();
    const database = { url, connections: 10, migrates: true };
    expect(readConfig({ ...LIVE, DATABASE_URL: url }).database).toEqual(database);
    expect(readDatabaseUrl({ DATABASE_URL: url })).toBe(url);
    expect(() => readDatabaseUrl({})).toThrow("DATABASE_URL: is missing");
  });

  test("is in place of a folder, whose ledger can be imported", () => {
    expect(mistakesOf({ ...LIVE, DATABASE_URL: url, STORE_PATH: "store" })).toEqual([
      "DATABASE_URL: is in place of STORE_PATH; set one or the other. `kore-graph import-store` moves a folder's ledger into the database",
    ]);
  });

  test.each(["db.acme.example/kore", "mysql://db.acme.example/kore", "https://db.acme.example"])(
    "is not %s",
    (other) => {
      const [mistake = ""] = mistakesOf({ ...LIVE, DATABASE_URL: other });
      expect(mistake).toMatch(/^DATABASE_URL: must be the address of a PostgreSQL database/);
      expect(mistake).not.toContain(other);
    },
  );

  test("is needed for several PROCESSES, which have no metrics", () => {
    const rule =
      "PROCESSES: more than one are replicas, which need a database to share (DATABASE_URL): a folder serves one process";
    expect(mistakesOf({ KORE_MODE: "simulator", PROCESSES: "2" })).toEqual([rule]);
    expect(mistakesOf({ ...LIVE, PROCESSES: "2" })).toEqual([rule]);
    const shared = { ...LIVE, DATABASE_URL: "postgres://kore:secret@db.example.com/kore" };
    const ofItsOwn = "each of several PROCESSES has metrics of its own";
    expect(mistakesOf({ ...shared, PROCESSES: "2", METRICS_PORT: "9100" })).toEqual([
      expect.stringContaining(`METRICS_PORT: ${ofItsOwn}`),
    ]);
    expect(mistakesOf({ ...shared, PROCESSES: "2", METRICS: "on" })).toEqual([
      expect.stringContaining(`METRICS: ${ofItsOwn}`),
    ]);
    expect(readConfig({ ...shared, PROCESSES: "2" }).metrics).toBeUndefined();
    expect(readConfig({ ...shared, PROCESSES: "1" }).metrics).toEqual({ port: undefined });
    expect(readConfig({ ...shared, PROCESSES: "2" }).processes).toBe(2);
  });

  test("is not shown", () => {
    expect(JSON.stringify(describeEnvironment({ ...LIVE, DATABASE_URL: url }))).not.toContain("s3cret");
  });
});
