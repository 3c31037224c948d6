import { UNKNOWN_ZONE, type Zone } from "../../idempotency/ambiguous-outcome.ts";

/** KORE may use different time zones in its list and in its detail replies. */
export type Endpoint = "list" | "detail";

/** An acknowledged request, with the times of its POST and reply. Milliseconds since the epoch. */
export interface Acknowledged {
  requestId: string;
  sentAt: number;
  answeredAt: number;
}

/** Time zone offsets are multiples of a quarter hour. Milliseconds. */
const QUARTER = 15 * 60_000;

/** Change of an offset by summer time. Milliseconds. */
const SUMMER_TIME = 60 * 60_000;

/** Validity of a sample. Milliseconds. */
export const SAMPLE_LIFE = 24 * 60 * 60_000;

/** Replies that took longer do not show when the request was created. Milliseconds. */
const LONGEST_ANSWER = 5 * 60_000;

const MAX_ACKNOWLEDGED = 1000;

/** Sample of a date that no offset explains. */
const UNEXPLAINED = NaN;

/** Learns the offset of KORE's dates without a zone, per endpoint, from acknowledged requests of one set of credentials. */
export class ZoneOffsets {
  readonly #monotonic: () => number;
  readonly #acknowledged = new Map<string, Acknowledged & { since: number }>();
  /** By offset in milliseconds: when the newest request that shows it was acknowledged, by the monotonic clock. */
  readonly #samples: Record<Endpoint, Map<number, number>> = { list: new Map(), detail: new Map() };

  /** @param monotonic milliseconds since any fixed point */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** @param age time since the reply. Milliseconds */
  addAcknowledged(accountId: string, request: Acknowledged, age: number): void {
    if (request.answeredAt - request.sentAt > LONGEST_ANSWER) return;
    this.#acknowledged.set(keyOf(accountId, request.requestId), { ...request, since: this.#monotonic() - age });
    const [oldest] = this.#acknowledged.keys();
    if (this.#acknowledged.size > MAX_ACKNOWLEDGED && oldest !== undefined) this.#acknowledged.delete(oldest);
  }

  /** Adds a date without a zone, read as UTC. Requests that were not acknowledged to us are ignored. */
  addDate(endpoint: Endpoint, accountId: string, requestId: string, created: Date): void {
    const ours = this.#acknowledged.get(keyOf(accountId, requestId));
    if (!ours) return;
    const off = created.getTime() - (ours.sentAt + ours.answeredAt) / 2;
    const rounded = Math.round(off / QUARTER) * QUARTER;
    const offset = Math.abs(rounded) <= UNKNOWN_ZONE.most ? rounded : UNEXPLAINED;
    const samples = this.#samples[endpoint];
    samples.set(offset, Math.max(ours.since, samples.get(offset) ?? ours.since));
  }

  /** The zone of an endpoint's dates: {@link UNKNOWN_ZONE} without a valid sample, or with contradicting samples. */
  zoneOf(endpoint: Endpoint): Zone {
    const samples = this.#samples[endpoint];
    const oldest = this.#monotonic() - SAMPLE_LIFE;
    for (const [offset, since] of samples) if (since < oldest) samples.delete(offset);
    const offsets = [...samples.keys()];
    if (offsets.some(Number.isNaN)) return NO_ZONE_EXPLAINS_IT;
    const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
    if (offsets.length === 0 || most - least > SUMMER_TIME) return UNKNOWN_ZONE;
    return {
      isKnown: true,
      ...(least === most && { offset: least }),
      least: least - SUMMER_TIME,
      most: most + SUMMER_TIME,
    };
  }
}

const NO_ZONE_EXPLAINS_IT: Zone = { isKnown: false, least: -Infinity, most: Infinity };

const keyOf = (accountId: string, requestId: string) => `${accountId} ${requestId}`;
