import { LRUCache } from "lru-cache";
import { type Logger } from "./log.ts";

/** Milliseconds. */
const INTERVAL = 10_000;

/** Keys are few, except fields of replies that break KORE's contract: KORE chooses their names. */
const MAX_KEYS = 1000;

/**
 * Warnings that a flood of requests can cause: at most one line per key in ten seconds. The first is written at once; the next
 * one counts suppressed lines in `suppressed`.
 */
export class RateLimitedLog {
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #lines = new LRUCache<string, { at: number; suppressed: number }>({ max: MAX_KEYS });

  /** `now`: a monotonic clock in milliseconds. */
  constructor(log: Logger, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  /** `key`: of more than {@link MAX_KEYS} the least recently used is forgotten. */
  warn(key: string, fields: Readonly<Record<string, unknown>>, message: string): void {
    const now = this.#now();
    const last = this.#lines.get(key);
    if (last && now - last.at < INTERVAL) {
      last.suppressed += 1;
      return;
    }
    this.#lines.set(key, { at: now, suppressed: 0 });
    this.#log.warn(last && last.suppressed > 0 ? { ...fields, suppressed: last.suppressed } : fields, message);
  }
}
