import { CLOCK_SKEW } from "../../idempotency/ambiguous-outcome.ts";
import { date as decodeDate } from "../../decoding/decode.ts";

/** A reply's `Date` header, and when request and reply were sent and received, by the monotonic clock. */
interface Sample {
  date: string;
  sent: number;
  received: number;
}

/** `Date` has whole seconds (RFC 9110, 6.6.1). Milliseconds. */
const DATE_PRECISION = 1000;

/**
 * Skew between KORE's clock and this process's, by the `Date` header of the latest reply. Time since that reply is
 * measured by the monotonic clock, so a step of the system clock becomes visible as skew at once.
 */
export class ServerClock {
  readonly #now: () => number;
  readonly #monotonic: () => number;
  #latest: Sample | undefined;

  /** @param now milliseconds since the epoch; @param monotonic milliseconds since any fixed point */
  constructor(now: () => number = Date.now, monotonic: () => number = () => performance.now()) {
    this.#now = now;
    this.#monotonic = monotonic;
  }

  /**
   * Stores the `Date` header of a reply. It is parsed on demand, because the skew is read rarely.
   *
   * @param sent @param received by the monotonic clock
   */
  replied(date: string | string[] | undefined, sent: number, received: number): void {
    if (typeof date === "string") this.#latest = { date, sent, received };
  }

  /**
   * Least possible difference of the two clocks, given that KORE dated the reply at any time between request and reply;
   * positive when KORE's is ahead. Undefined without a readable `Date`. Milliseconds.
   */
  get skew(): number | undefined {
    if (!this.#latest) return undefined;
    const { date, sent, received } = this.#latest;
    const dated = decodeDate(date, "Date")?.getTime();
    if (dated === undefined) return undefined;
    const least = dated + this.#monotonic() - received - this.#now();
    const most = least + DATE_PRECISION + (received - sent);
    return least > 0 ? least : Math.min(most, 0);
  }

  /** Whether the clocks differ by more than {@link CLOCK_SKEW}, so that KORE's dates prove nothing about our writes. */
  get isOff(): boolean {
    const { skew } = this;
    return skew !== undefined && Math.abs(skew) > CLOCK_SKEW;
  }
}
