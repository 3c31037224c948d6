import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Options } from "./options.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RESULTS = ".kore-graph/bench";

const BEGAN = new Date().toISOString().slice(0, 19).replaceAll(":", "-");

/** Writes findings into a file whose name begins with the run's time; returns its path. Short runs replace theirs. */
export async function keep(name: string, text: string, { isShort }: Pick<Options, "isShort">): Promise<string> {
  const file = `${RESULTS}/${isShort ? "short" : BEGAN}-${name}`;
  await mkdir(dirname(join(ROOT, file)), { recursive: true });
  await writeFile(join(ROOT, file), text);
  return file;
}
