import { UNKNOWN_ZONE, type Zone } from "../../idempotency/ambiguous-outcome.ts";

/** KORE may write dates differently in its list of requests and in the reply for one of them. */
export type Endpoint = "list" | "detail";

/** An acknowledged request of ours: when its POST was sent and answered. Milliseconds since the epoch. */
export interface Acknowledged {
  requestId: string;
  sentAt: number;
  answeredAt: number;
}

/** Offsets of zones are whole quarter hours. Milliseconds. */
const QUARTER = 15 * 60_000;

/** Summer time moves an offset by this much, to either side. Milliseconds. */
const SUMMER_TIME = 60 * 60_000;

/** For how long a sample stands for the present offset. Milliseconds. */
export const SAMPLE_LIFE = 24 * 60 * 60_000;

/** An answer that took longer does not show when the request was made. Milliseconds. */
const LONGEST_ANSWER = 5 * 60_000;

const MAX_ACKNOWLEDGED = 1000;

/** KORE's dates explained by no offset. */
const UNEXPLAINED = NaN;

/**
 * Learns how far KORE's zone-less dates are from UTC, from requests whose time we know: those that KORE has acknowledged
 * to us. One credential's; for each endpoint.
 */
export class ZoneOffsets {
  readonly #monotonic: () => number;
  readonly #acknowledged = new Map<string, Acknowledged & { since: number }>();
  /** By offset in milliseconds: when the newest request that shows it was acknowledged, by the monotonic clock. */
  readonly #samples: Record<Endpoint, Map<number, number>> = { list: new Map(), detail: new Map() };

  /** @param monotonic milliseconds since any fixed point */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** @param age how long ago it was answered; milliseconds */
  addAcknowledged(accountId: string, request: Acknowledged, age: number): void {
    if (request.answeredAt - request.sentAt > LONGEST_ANSWER) return;
    this.#acknowledged.set(keyOf(accountId, request.requestId), { ...request, since: this.#monotonic() - age });
    const [oldest] = this.#acknowledged.keys();
    if (this.#acknowledged.size > MAX_ACKNOWLEDGED && oldest !== undefined) this.#acknowledged.delete(oldest);
  }

  /** A zone-less date that KORE shows for a request, read as UTC. Nothing is learned from requests of others. */
  addDate(endpoint: Endpoint, accountId: string, requestId: string, created: Date): void {
    const ours = this.#acknowledged.get(keyOf(accountId, requestId));
    if (!ours) return;
    const off = created.getTime() - (ours.sentAt + ours.answeredAt) / 2;
    const rounded = Math.round(off / QUARTER) * QUARTER;
    const offset = Math.abs(rounded) <= UNKNOWN_ZONE.most ? rounded : UNEXPLAINED;
    const samples = this.#samples[endpoint];
    samples.set(offset, Math.max(ours.since, samples.get(offset) ?? ours.since));
  }

  /** The zone of an endpoint's dates: {@link UNKNOWN_ZONE} without a sample of the last 24 hours, or when samples contradict each other. */
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
