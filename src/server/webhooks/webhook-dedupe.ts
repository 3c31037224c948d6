import { type DurableStore } from "../../common/store/durable-store.ts";
import { pagesOf } from "../../common/store/store-pages.ts";

/** Followed by the month of arrival, so that old tokens are removed by a range of keys. */
const PREFIX = "delivery/";

/** Of tokens stored by earlier versions, without a month; their value is the time of arrival. */
const FORMER_PREFIX = "webhook/";

const DAY = 24 * 3_600_000;

/**
 * Stores the tokens of received webhooks on a durable store.
 *
 * @param maxAge milliseconds after which the receiver refuses a webhook by its own date. Tokens are kept until then, and
 *   a day longer because clocks and time zones may differ, however short the retention. They are removed by whole months.
 */
export function webhookDedupe(
  store: Pick<DurableStore, "get" | "list" | "removeRange" | "commit">,
  maxAge = 0,
  now: () => number = Date.now,
) {
  /** The earliest month that may have tokens. */
  let oldest: string | undefined;
  let hasFormer = true;
  const firstMonth = async (): Promise<string> => {
    const [first] = await store.list(PREFIX, { limit: 1 });
    return first?.[0].slice(PREFIX.length).split("/")[0] ?? monthOf(now());
  };
  return {
    /** False when the token was stored before. */
    remember: async (token: string): Promise<boolean> => {
      const month = monthOf(now());
      oldest ??= await firstMonth();
      if (month < oldest) oldest = month;
      // The next month as well: another process's clock may be ahead, or ours was set back.
      const others = monthsBetween(oldest, nextMonth(month)).filter((other) => other !== month);
      const keys = others.map((other) => keyOf(other, token));
      if (hasFormer) keys.push(FORMER_PREFIX + token);
      const known = await Promise.all(keys.map((key) => store.get(key)));
      if (known.some((at) => at !== undefined)) return false;
      const key = keyOf(month, token);
      return (await store.commit({ expect: [[key, "absent"]], set: [[key, now()]] })) === "done";
    },
    /** Removes tokens of the months before an instant's. */
    async prune(before: number): Promise<void> {
      const end = Math.min(before, now() - maxAge - DAY);
      await store.removeRange(PREFIX, PREFIX + monthOf(end));
      oldest = await firstMonth();
      let left = 0;
      for await (const page of pagesOf(store, FORMER_PREFIX, 1000)) {
        const old = page.filter(([, at]) => typeof at === "number" && at < end);
        if (old.length > 0) await store.commit({ set: old.map(([key]) => [key, undefined]) });
        left += page.length - old.length;
      }
      hasFormer = left > 0;
    },
  };
}

/** The token that a key stores; undefined for other keys. */
export function rememberedToken(key: string): string | undefined {
  if (key.startsWith(FORMER_PREFIX)) return key.slice(FORMER_PREFIX.length);
  return key.startsWith(PREFIX) ? key.slice(PREFIX.length + "2026-01/".length) : undefined;
}

const keyOf = (month: string, token: string) => `${PREFIX}${month}/${token}`;

/** In UTC, such as 2026-01. */
const monthOf = (instant: number): string => new Date(instant).toISOString().slice(0, "2026-01".length);

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return monthOf(Date.UTC(year, number)); // Date.UTC counts months from 0.
}

function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last; month = nextMonth(month)) months.push(month);
  return months;
}
