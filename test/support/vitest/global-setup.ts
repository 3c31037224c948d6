import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Builds what is not up to date: the playground, which the app serves, and the server, which tests start as a process. */
export default async function setup(): Promise<void> {
  const script = fileURLToPath(new URL("../../../.ci/build.mjs", import.meta.url));
  await promisify(execFile)(process.execPath, [script]);
}
