import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Installs a package that is no dependency of ours into an ignored folder, from npm's registry.
 *
 * @param before date of the newest versions of its dependencies
 * @returns the folder; undefined: it cannot be had, which fails in CI
 */
export async function installFromNpm(specifier: string, folder: string, before: string): Promise<string | undefined> {
  const installed = fileURLToPath(new URL(`../../../.kore-graph/${folder}`, import.meta.url));
  await mkdir(installed, { recursive: true });
  await writeFile(join(installed, "package.json"), '{ "private": true, "type": "module" }\n');
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const npm = spawn("npm", ["install", ...quiet, `--before=${before}`, specifier], {
    cwd: installed,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(npm, "exit")) as [number | null];
  if (code === 0) return installed;
  const message = `${specifier} could not be installed`;
  if (process.env.CI) throw new Error(message);
  process.stderr.write(`${message}: tests that need it are skipped.\n`);
  return undefined;
}
