import { CLOCK_SKEW } from "../../idempotency/ambiguous-outcome.ts";
import { date as decodeDate } from "../../decoding/decode.ts";

/** A reply's `Date` header, with when its request was sent and when it came, by the monotonic clock. */
interface Sample {
  date: string;
  sent: number;
  received: number;
}

/** `Date` has whole seconds (RFC 9110, 6.6.1). Milliseconds. */
const DATE_PRECISION = 1000;

/**
 * KORE's clock against this process's, by the `Date` header of the latest reply. Time since that reply is taken from
 * the monotonic clock, so a step of the system clock shows as skew at once.
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

  /** When a request begins, for {@link replied}. */
  begin(): number {
    return this.#monotonic();
  }

  /** Notes the `Date` header of a reply. Parsing is left to those who ask, since nearly every reply is never asked about. */
  replied(date: string | string[] | undefined, sent: number): void {
    if (typeof date === "string") this.#latest = { date, sent, received: this.#monotonic() };
  }

  /**
   * By how much the two clocks differ at least, in milliseconds; positive when KORE's is ahead. The reply may have been
   * dated at any time between request and reply. `undefined` without a readable `Date`.
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

  /** Whether the clocks differ by more than {@link CLOCK_SKEW}: then no date of KORE's proves anything about our writes. */
  get isOff(): boolean {
    const { skew } = this;
    return skew !== undefined && Math.abs(skew) > CLOCK_SKEW;
  }
}
