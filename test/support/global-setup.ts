import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The app serves the playground, so it must be built, as `npm run build` does; what is current takes no time. */
export default async function setup(): Promise<void> {
  const script = fileURLToPath(new URL("../../src/server/playground/build.ts", import.meta.url));
  await promisify(execFile)(process.execPath, ["--import", "tsx", script]);
}
