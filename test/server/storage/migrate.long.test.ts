import { expect, test } from "vitest";
import { command } from "../../support/process.ts";
import { describePostgres } from "../../support/fleet/postgres.ts";

describePostgres("kore-graph migrate", (postgres) => {
  test("13.5 makes the schema, says from which version to which, and needs nothing but the address", async () => {
    const DATABASE_URL = await postgres().database();
    const first = command(["migrate"], { DATABASE_URL, STORE_PATH: "" });
    expect(await first.ended).toBe(0);
    expect(first.stdout).toMatch(/^The schema is at version [1-9]\d*; it was 0\.\n$/);
    const file = await postgres().file("address", `${DATABASE_URL}\n`);
    const second = command(["migrate"], { DATABASE_URL_FILE: file, STORE_PATH: "" });
    expect(await second.ended).toBe(0);
    expect(second.stdout).toMatch(/^The schema is up to date \(version [1-9]\d*\)\.\n$/);
  });

  test.each([
    ["without an address", {}, "DATABASE_URL: is missing"],
    [
      "with an address of something else",
      { DATABASE_URL: "mysql://db" },
      "DATABASE_URL: must be the address of a PostgreSQL",
    ],
    ["when the file is not there", { DATABASE_URL_FILE: "/no/such" }, "DATABASE_URL_FILE: cannot be read (ENOENT)"],
    [
      "when nobody listens",
      { DATABASE_URL: "postgres://kore:hidden-word@127.0.0.1:1/kore" },
      "refuses connections (ECONNREFUSED)",
    ],
  ])("13.5 ends with a sentence %s", async (_, env, sentence) => {
    const failed = command(["migrate"], { STORE_PATH: "", ...env });
    expect(await failed.ended).toBe(2);
    expect(failed.stderr).toContain(sentence);
    expect(failed.stderr).not.toContain("hidden-word");
  });
});
