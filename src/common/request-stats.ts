/** Counts of one operation's requests to KORE. A deduplicated read is a request of the operation that began it. */
export interface RequestStats {
  /** Requests sent to KORE, retries included. Token requests are not counted, because they serve all operations. */
  requests: number;
  /** Reads answered from a cache. */
  cached: number;
  /** Reads answered by another one in flight. */
  coalesced: number;
  /** Retries among the requests. */
  retried: number;
}

export const newRequestStats = (): RequestStats => ({ requests: 0, cached: 0, coalesced: 0, retried: 0 });
