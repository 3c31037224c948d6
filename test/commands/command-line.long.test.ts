import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { command } from "../support/process.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

test.each(["--version", "-v", "version"])("%s prints the version of the package", async (argument) => {
  const { version } = JSON.parse(await readFile(`${ROOT}/package.json`, "utf8")) as { version: string };
  const process = command([argument]);
  expect(await process.ended).toBe(0);
  expect(process.stdout).toBe(`${version}\n`);
});

const MINUTES = 60_000;

test("each command that the help lists has a help of its own", { timeout: 5 * MINUTES }, async () => {
  const help = command(["--help"]);
  expect(await help.ended).toBe(0);
  const names = [...help.stdout.matchAll(/^ {2}([a-z-]+) {2}/gm)].map(([, name = ""]) => name);
  expect(names).toEqual(expect.arrayContaining(["serve", "demo", "simulate", "resolve-order"]));
  for (const [name, ...args] of [...names.map((one) => [one, "--help"]), ["help", "serve"]]) {
    const process = command([name ?? "", ...args]);
    expect(await process.ended).toBe(0);
    expect(process.stdout).toMatch(new RegExp(`^Usage: kore-graph ${name === "help" ? "serve" : (name ?? "")}\\b`));
    expect(process.stderr).toBe("");
  }
});

const NEW_KEY = "new-api-key --name erp --role viewer --accounts '*'";

test.each(["help", "serve --help", "check-config", "print-config", "print-schema", NEW_KEY])(
  "%s ends without a trace when its reader closes the pipe",
  async (line) => {
    const script = `"${process.execPath}" dist/main.js ${line} | head -c 1 >/dev/null`;
    const stderr = await new Promise<string>((resolve) => {
      const options = { cwd: ROOT, env: { PATH: process.env.PATH, KORE_MODE: "simulator" } };
      execFile("sh", ["-c", script], options, (_error, _stdout, errors) => resolve(errors));
    });
    expect(stderr).toBe("");
  },
);

describe.concurrent("The command line", () => {
  test.each([[[]], [["help"]], [["--help"]], [["-h"]]])("%j prints the commands", async (args) => {
    const process = command(args);
    expect(await process.ended).toBe(0);
    for (const name of ["serve", "demo", "simulate", "check-config", "new-api-key", "print-schema", "print-config"]) {
      expect(process.stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
    }
  });

  test.each(["server", "constructor"])("%s is not a command: prints the commands and fails", async (name) => {
    const process = command([name]);
    expect(await process.ended).toBe(2);
    expect(process.stderr).toMatch(new RegExp(`^There is no command ${name}\\.\n`));
    expect(process.stderr).toContain("check-config");
    expect(process.stdout).toBe("");
  });
});
