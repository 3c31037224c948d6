import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Builds the playground, which the app serves, unless it is up to date. */
export default async function setup(): Promise<void> {
  const script = fileURLToPath(new URL("../../../.ci/build.mjs", import.meta.url));
  await promisify(execFile)(process.execPath, [script, "playground"]);
}
