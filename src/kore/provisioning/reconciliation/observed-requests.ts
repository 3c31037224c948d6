import { isRecord } from "../../decoding/decode.ts";
import { requestDate } from "./request-date.ts";
import { detailOf } from "./reconcile.ts";
import { SeenRequests } from "./seen-requests.ts";
import { type Acknowledged, type Endpoint, ZoneOffsets } from "./zone-offsets.ts";

/** Metadata in the provisioning reads and writes of one credential, observed without extra requests. */
export class ObservedRequests {
  readonly seen = new SeenRequests();
  readonly offsets: ZoneOffsets;

  /** @param monotonic milliseconds since any fixed point */
  constructor(monotonic: () => number = () => performance.now()) {
    this.offsets = new ZoneOffsets(monotonic);
  }

  /** A reply of KORE's list, in any shape: what cannot be read is left out. */
  list(accountId: string, reply: unknown): void {
    const records = isRecord(reply) && Array.isArray(reply.records) ? (reply.records as unknown[]) : [];
    for (const wire of records) {
      if (isRecord(wire)) this.#saw("list", accountId, wire["provisioning-request-id"], wire["date-created"]);
    }
  }

  /** A reply for one request, likewise. */
  detail(accountId: string, requestId: string, reply: unknown): void {
    const detail = isRecord(reply) ? detailOf(reply) : undefined;
    if (detail) this.#saw("detail", accountId, requestId, detail["date-created"]);
  }

  /** KORE has acknowledged a POST of ours. @param age how long ago; milliseconds */
  acknowledged(accountId: string, request: Acknowledged, age = 0): void {
    this.seen.saw(accountId, request.requestId);
    this.offsets.acknowledged(accountId, request, age);
  }

  #saw(endpoint: Endpoint, accountId: string, id: unknown, created: unknown): void {
    if (typeof id !== "string" || id.trim() === "") return;
    this.seen.saw(accountId, id);
    const date = requestDate(created);
    if (date && !date.hasZone && date.precision === 0) this.offsets.saw(endpoint, accountId, id, date.time);
  }
}
