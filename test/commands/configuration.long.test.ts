import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { environmentOf } from "../support/app.ts";
import { command } from "../support/process.ts";
import { SIMULATOR, post, start } from "./environment.ts";

describe.concurrent("check-config", () => {
  test("shows a configuration that is complete, without its secrets", async () => {
    const env = environmentOf(await start());
    const process = command(["check-config"], { ...env, KORE_CLIENT_SECRET: "hunter2" });
    expect(await process.ended).toBe(0);
    expect(process.stdout).toMatch(/^KORE_CLIENT_SECRET +\[redacted\]$/m);
    expect(process.stdout).toContain(env.KORE_CONNECTIVITY_URL);
    expect(process.stdout).toMatch(/\nThe configuration is complete\.\n$/);
    expect(process.stdout + process.stderr).not.toContain("hunter2");
  });

  test("shows one that is not, names all mistakes, and fails", async () => {
    const process = command(["check-config"], { KORE_CLIENT_SECRET: "hunter2", PORT: "hunter2", HOST: "0.0.0.0" });
    expect(await process.ended).toBe(2);
    for (const name of ["KORE_CLIENT_ID", "KORE_API_KEY", "KORE_ACCOUNT_EMAIL", "HOST", "PORT"]) {
      expect(process.stderr).toMatch(new RegExp(`^ {2}${name}: `, "m"));
    }
    expect(process.stdout + process.stderr).not.toContain("hunter2");
    expect(process.stdout).not.toContain("complete");
  });
});

describe.concurrent("A caller's limit that is not below the rate limit for KORE", () => {
  const env = { ...SIMULATOR, LIMIT_KORE_REQUESTS_PER_MINUTE: "3000" };

  test("12.5.2 is a warning of check-config", async () => {
    const process = command(["check-config"], env);
    expect(await process.ended).toBe(0);
    expect(process.stderr).toMatch(/^LIMIT_KORE_REQUESTS_PER_MINUTE: is not below [^\n]+\n$/);
  });

  test("12.5.2 is a warning of a start, which goes on", async () => {
    const process = command(["serve"], env);
    await process.said(/kore-graph +http/);
    const warnings = process.stdout.split("\n").filter((line) => line.includes('"warn"'));
    expect(warnings).toEqual([expect.stringContaining("LIMIT_KORE_REQUESTS_PER_MINUTE: is not below")]);
  });
});

describe.concurrent("check-config, about variables and files,", () => {
  test("names misspelt variables, and ignores those of other programs", async () => {
    const others = { KORE_GRAPH_SERVICE_HOST: "10.0.0.1", KORE_GRAPH_PORT: "tcp://10.0.0.1:4000", CACHE: "1" };
    const process = command(["check-config"], {
      ...SIMULATOR,
      ...others,
      KORE_CLIENT_SECRTE: "hunter2",
      LIMIT_DEEP: "1",
    });
    expect(await process.ended).toBe(0);
    expect(process.stderr).toBe(
      "KORE_CLIENT_SECRTE is not read: did you mean KORE_CLIENT_SECRET?\nLIMIT_DEEP is not read: did you mean LIMIT_DEPTH?\n",
    );
    expect(process.stdout).not.toContain("hunter2");
  });

  test.each([
    ["AUTH_API_KEYS_FILE", "{}", /^AUTH_API_KEYS_FILE: /],
    ["TRUSTED_DOCUMENTS", "{", /^TRUSTED_DOCUMENTS: has no known form\n$/],
    ["TRUSTED_DOCUMENTS", "{}", /^TRUSTED_DOCUMENTS: holds no operation/],
  ])("reads %s, too: %s is a mistake", async (name, text, message) => {
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-cli-"));
    const file = join(folder, "file.json");
    await writeFile(file, text);
    const process = command(["check-config"], { ...SIMULATOR, [name]: file });
    expect(await process.ended).toBe(2);
    expect(process.stderr).toMatch(message);
    expect(process.stdout).not.toContain("complete");
    await rm(folder, { recursive: true, force: true });
  });
});

describe("new-api-key", () => {
  test("makes a key that authenticates once its entry is in the file", async () => {
    const made = command(["new-api-key", "--name", "erp", "--role", "operator", "--accounts", "cmp-1,cmp-2"]);
    expect(await made.ended).toBe(0);
    const [key = ""] = /^kg_[\w-]{43}$/m.exec(made.stdout) ?? [];
    const [entry = ""] = /^\{.*\}$/m.exec(made.stdout) ?? [];
    expect(JSON.parse(entry)).toEqual({
      name: "erp",
      role: "operator",
      accounts: ["cmp-1", "cmp-2"],
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-cli-"));
    const file = join(folder, "keys.json");
    await writeFile(file, `[${entry}]`);
    const process = command(["serve"], { ...SIMULATOR, AUTH_API_KEYS_FILE: file });
    const [, url = ""] = await process.said(/kore-graph +(http:\S+)/);
    await process.said(/^Callers are authenticated by API key\. /m);
    const headers = { "content-type": "application/json", "x-api-key": key };
    const body = JSON.stringify({ query: "{ capabilities { mode } }" });
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(200);
    expect((await post(url, "{ capabilities { mode } }")).status).toBe(401);
    process.signal("SIGTERM");
    await process.ended;
    await rm(folder, { recursive: true, force: true });
  });

  test("is refused by option and rule, and shows no key", async () => {
    const process = command(["new-api-key", "--name", "erp", "--role", "root"]);
    expect(await process.ended).toBe(2);
    expect(process.stderr).toMatch(/^--role: .*\n--accounts: must be a list of account ids/);
    expect(process.stdout).toBe("");
  });
});
