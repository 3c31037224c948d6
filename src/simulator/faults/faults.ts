/** Effects of faults. Unless stated otherwise the work is done and only the reply is changed. */
export type FaultEffect =
  /** Waits (real time) before the work; combines with another fault. */
  | { readonly effect: "latency"; readonly ms: number }
  /** Answers this status in the API's error format; `processed: true` does the work first, as a gateway time-out may. */
  | {
      readonly effect: "status";
      readonly status: number;
      readonly message?: string;
      /** Sent as Retry-After: seconds, or an HTTP date. */
      readonly retryAfter?: number | string;
      readonly processed?: boolean;
    }
  /** Cuts the connection: before the work, after it with the reply lost, or in the middle of the reply. */
  | { readonly effect: "drop"; readonly when: "before" | "after" | "during" }
  /** Half of the JSON, with a matching content-length. */
  | { readonly effect: "truncate" }
  /** 200 with an HTML page, as a proxy may. */
  | { readonly effect: "html" }
  /** 200 with no body. */
  | { readonly effect: "empty" }
  /** Lists become texts ("lists", the default), numbers become objects, or texts become numbers. */
  | { readonly effect: "wrong-types"; readonly of?: "lists" | "numbers" | "strings" }
  /** States, types and statuses become a value that KORE has never documented. */
  | { readonly effect: "unknown-enums" }
  /** All tokens issued so far expire before this request is handled. */
  | { readonly effect: "expire-tokens" };

/** A fault and the requests that it applies to. */
export type Fault = FaultEffect & {
  /** Any method when left out. */
  readonly method?: string;
  /** Path as the log shows it; `*` stands for one segment, `**` for any number. Any path when left out. */
  readonly path?: string;
  /** Lets this many matching requests pass first. Default 0. */
  readonly after?: number;
  /** Applies this many times. Default: until removed. */
  readonly times?: number;
};

export interface ActiveFault {
  readonly id: number;
  readonly fault: Fault;
  /** Requests that it was applied to. */
  readonly hits: number;
}

interface Armed extends ActiveFault {
  readonly matches: (method: string, path: string) => boolean;
  seen: number;
  hits: number;
}

export interface MatchedFaults {
  readonly latencyMs: number;
  readonly fault: Exclude<FaultEffect, { effect: "latency" }> | null;
}

export class Faults {
  #armed: Armed[] = [];
  #nextId = 1;

  add(fault: Fault): number {
    const id = this.#nextId++;
    const path = fault.path === undefined ? null : pathPattern(fault.path);
    const method = fault.method?.toUpperCase();
    this.#armed.push({
      id,
      fault,
      matches: (m, p) => (method === undefined || method === m) && (path === null || path.test(p)),
      seen: 0,
      hits: 0,
    });
    return id;
  }

  remove(id: number): boolean {
    const before = this.#armed.length;
    this.#armed = this.#armed.filter((armed) => armed.id !== id);
    return this.#armed.length < before;
  }

  clear(): void {
    this.#armed = [];
  }

  list(): ActiveFault[] {
    return this.#armed.map(({ id, fault, hits }) => ({ id, fault, hits }));
  }

  /** Faults for this request: each latency that matches, and the first other fault that does. */
  match(method: string, path: string): MatchedFaults {
    let latencyMs = 0;
    let matched: MatchedFaults["fault"] = null;
    for (const armed of this.#armed) {
      const { fault } = armed;
      // A fault behind another one does not count this request, so that `after` and `times` are exact.
      if ((matched !== null && fault.effect !== "latency") || !armed.matches(method, path)) continue;
      if (++armed.seen <= (fault.after ?? 0) || armed.hits >= (fault.times ?? Infinity)) continue;
      armed.hits++;
      if (fault.effect === "latency") latencyMs += fault.ms;
      else matched = fault;
    }
    return { latencyMs, fault: matched };
  }
}

function pathPattern(glob: string): RegExp {
  const source = glob
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]+" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^${source}$`);
}
