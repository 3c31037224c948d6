import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Builds the playground, which the app serves, unless it is up to date. */
export default async function setup(): Promise<void> {
  const script = fileURLToPath(new URL("../../src/server/playground/build.ts", import.meta.url));
  await promisify(execFile)(process.execPath, ["--import", "tsx", script]);
}
