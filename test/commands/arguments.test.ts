import { describe, expect, test, vi } from "vitest";
import { type OptionSpecs, defineCommand } from "../../src/commands/arguments/command.ts";
import { commandHelp } from "../../src/commands/arguments/help.ts";
import { runCommand } from "../../src/commands/arguments/parse.ts";
import { ALL_VARIABLES } from "../../src/server/config/index.ts";

const OUTPUT = { say: () => undefined, complain: () => undefined };

/** The options that a command was given. */
async function runWith(args: readonly string[], env: Record<string, string> = {}, options: OptionSpecs = {}) {
  const run = vi.fn(() => Promise.resolve(0));
  await runCommand(defineCommand({ summary: "a command", options, settings: ALL_VARIABLES, run }), args, env, OUTPUT);
  const [given, settings] = run.mock.calls[0] as unknown as [unknown, Record<string, string>];
  return { given, settings };
}

const SECRETS = ALL_VARIABLES.filter(({ isSecret }) => isSecret);
const OTHERS = ALL_VARIABLES.filter(({ isSecret }) => !isSecret);
const optionOf = (name: string) => `--${name.toLowerCase().replaceAll("_", "-")}`;

describe("Options", () => {
  test("set each variable that is no secret, and precede the variable", async () => {
    for (const { name } of OTHERS) {
      const { settings } = await runWith([optionOf(name), "value"], { [name]: "another", OTHER: "stays" });
      expect(settings).toEqual({ [name]: "value", OTHER: "stays" });
    }
    expect(OTHERS.length).toBeGreaterThan(50);
  });

  test("name the file of a secret, and never the secret", async () => {
    for (const { name } of SECRETS) {
      const { settings } = await runWith([`${optionOf(name)}-file=/run/secret`]);
      expect(settings).toEqual({ [`${name}_FILE`]: "/run/secret" });
      for (const args of [[optionOf(name), "hunter2"], [`${optionOf(name)}=hunter2`]]) {
        const refused = runWith(args);
        await expect(refused).rejects.toThrow(`${optionOf(name)}: is no option, since other users of this machine can`);
        await expect(refused).rejects.toThrow(`set ${name}, or ${optionOf(name)}-file`);
        await expect(refused).rejects.not.toThrow("hunter2");
      }
    }
    expect(SECRETS.length).toBeGreaterThan(5);
  });

  test("of a command are not put into its environment", async () => {
    const options = { from: { type: "string", help: "" }, confirm: { type: "boolean", help: "" } } as const;
    const { given, settings } = await runWith(["--from", "there", "--port=1", "--confirm"], {}, options);
    expect(given).toEqual({ from: "there", confirm: true });
    expect(settings).toEqual({ PORT: "1" });
  });

  test.each([
    [["--prot", "1"], "--prot: is not known: did you mean --port?"],
    [["--zzzzzzzzzz"], "--zzzzzzzzzz: is not known; --help lists the options"],
    [["--port"], "--port: needs a value"],
    [["--port", "--host", "::1"], "--port: needs a value"],
    [["--confirm=hunter2"], "--confirm: takes no value"],
    [["-p"], "-p: is not known; --help lists the options"],
    [["hunter2"], "an argument is given that belongs to no option"],
  ])("%j is refused by option and rule", async (args, message) => {
    const options = { confirm: { type: "boolean", help: "" } } as const;
    const refused = runWith(args, {}, options);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow("hunter2");
  });

  test("that are wrong are all named at once", async () => {
    await expect(runWith(["--prot=1", "--hots", "x"])).rejects.toThrow(/^--prot: [^\n]*\n--hots: [^\n]*$/);
  });
});

test("a command's help has each option with its variable, default and meaning, without Markdown", () => {
  const run = () => Promise.resolve(0);
  const options = { from: { type: "string", value: "FOLDER", help: "the folder" } } as const;
  const help = commandHelp("some", defineCommand({ summary: "a command", options, settings: ALL_VARIABLES, run }));
  expect(help).toMatch(/^Usage: kore-graph some \[options\]\n/);
  expect(help).toContain("  --from FOLDER\n      the folder\n");
  expect(help).toContain("  --port VALUE   (PORT, default 4000)\n      port to listen on; 0 takes any free one\n");
  expect(help).toContain("  --database-url-file VALUE   (DATABASE_URL_FILE)\n      file of a secret: postgres://");
  expect(help).not.toMatch(/--database-url |\]\(|`/);
  const texts = help.split("\n").filter((line) => !line.startsWith("  --"));
  expect(texts.filter((line) => line.length > 100)).toEqual([]);
});
