/** Requests and their results. `query` has no secrets; bodies and headers are not kept. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** ISO, by the simulator's clock. */
  readonly at: string;
  /** Requests being handled at its arrival, itself included. */
  readonly inFlight: number;
  /** null when no reply was sent. */
  readonly status: number | null;
  /** "dropped…": by a fault, before or after the work was done, or in the middle of the reply. "aborted": the caller disconnected. */
  readonly outcome: "open" | "answered" | "dropped-before" | "dropped-after" | "dropped-during" | "aborted";
  /** Effect of the fault that was applied, if any. */
  readonly fault?: string;
}

export type OpenEntry = { -readonly [K in keyof LoggedRequest]: LoggedRequest[K] };

const KEPT = 100_000;

/** The last 100,000 requests, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  open(entry: OpenEntry): OpenEntry {
    // Trimmed in blocks: removing one entry a request would copy the whole log each time.
    if (this.#entries.length >= KEPT + 10_000) this.#entries = this.#entries.slice(-KEPT);
    this.#entries.push(entry);
    return entry;
  }

  all(): readonly LoggedRequest[] {
    return this.#entries.slice(-KEPT);
  }

  clear(): void {
    this.#entries = [];
  }
}
