import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterFile } from "./vitest/cleanup.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Process {
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves with the match once the output matches; rejects when the process ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Runs a command of the bundled product, with these variables only and a folder of its own, until the tests of the file have ended. */
export function command(args: string[], env: Readonly<Record<string, string>> = {}): Process {
  const folder = mkdtempSync(join(tmpdir(), "kore-graph-test-"));
  const child = spawn(process.execPath, ["dist/main.js", ...args], {
    cwd: ROOT,
    // A database stands in place of the folder.
    env: {
      PATH: process.env.PATH,
      WARM_UP_MS: "0",
      ...(!env.DATABASE_URL && { STORE_PATH: join(folder, "store") }),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // "close", unlike "exit", comes after the last of the output.
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill); // When the tests are broken off, nothing after them runs.
  void ended.then(() => process.off("exit", kill));
  afterFile(async () => {
    kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    pid: child.pid ?? 0,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(stdout);
          if (found) resolve(found);
        };
        child.stdout.on("data", look);
        void ended.then((how) =>
          reject(new Error(`ended (${how ?? "?"}) without saying ${pattern.source}\n${stderr}`)),
        );
        look();
      }),
    signal: (signal) => void child.kill(signal),
    ended,
  };
}
