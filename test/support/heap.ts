import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes of heap that are in use once garbage is collected. */
export function heapInUse(): number {
  for (let times = 0; times < 2; times += 1) collectGarbage();
  return process.memoryUsage().heapUsed;
}
