import { getSystemErrorName } from "node:util";
import { StoreUnavailable } from "../../common/store/store-errors.ts";
import { type Logger } from "../logging/log.ts";
import { type Store } from "./lmdb.ts";

/** Minimum between two lines about the same state. Milliseconds. */
const INTERVAL = 10_000;

type State = "writable" | "unwritable";

/**
 * Logs when a store can no longer be written, with the code of the cause, and when it can again. At most one line a state in
 * ten seconds; `suppressed` counts the changes in between. The next write after that time logs a state that differs from
 * the last line.
 *
 * @param now a monotonic clock in milliseconds
 */
export function withStateLog(
  store: Store,
  log: Pick<Logger, "info" | "warn">,
  now: () => number = () => performance.now(),
): Store {
  const loggedAt: Record<State, number> = { writable: -Infinity, unwritable: -Infinity };
  let logged: State = "writable";
  let current: State = "writable";
  let suppressed = 0;
  const found = (state: State, line: (fields: object) => void) => {
    const hasChanged = state !== current;
    current = state;
    const isDue = state !== logged && now() - loggedAt[state] >= INTERVAL;
    if (!isDue) {
      if (hasChanged) suppressed += 1;
      return;
    }
    line({ state, ...(suppressed > 0 && { suppressed }) });
    loggedAt[state] = now();
    logged = state;
    suppressed = 0;
  };
  const observed = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      const result = await work;
      found("writable", (fields) => log.info(fields, "the store (STORE_PATH) can be written again"));
      return result;
    } catch (error) {
      if (error instanceof StoreUnavailable) {
        const message = "the store (STORE_PATH) cannot be written: writes are refused, reads go on";
        found("unwritable", (fields) => log.warn({ ...fields, code: codeOf(error), err: error }, message));
      }
      throw error;
    }
  };
  return {
    ...store,
    commit: (commit) => observed(store.commit(commit)),
    removeRange: (start, end) => observed(store.removeRange(start, end)),
  };
}

/** Such as ENOSPC. LMDB's own codes are negative: `LMDB_30792`. */
function codeOf({ code, cause }: StoreUnavailable): string | undefined {
  const found: unknown = code ?? (cause instanceof Error && "code" in cause ? cause.code : undefined);
  if (typeof found !== "number" || found === 0) return typeof found === "string" ? found : undefined;
  return found < 0 ? `LMDB_${-found}` : getSystemErrorName(-found);
}
