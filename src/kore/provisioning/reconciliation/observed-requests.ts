import { isRecord } from "../../decoding/decode.ts";
import { requestDate } from "./request-date.ts";
import { detailOf } from "./reconcile.ts";
import { RequestSequence } from "./request-sequence.ts";
import { type Acknowledged, type Endpoint, ZoneOffsets } from "./zone-offsets.ts";

/** Metadata in the provisioning reads and writes of one credential, observed without extra requests. */
export class ObservedRequests {
  readonly sequence = new RequestSequence();
  readonly offsets: ZoneOffsets;

  /** @param monotonic milliseconds since any fixed point */
  constructor(monotonic: () => number = () => performance.now()) {
    this.offsets = new ZoneOffsets(monotonic);
  }

  /** A reply of KORE's list, in any shape: what cannot be read is left out. */
  onList(accountId: string, reply: unknown): void {
    const records = isRecord(reply) && Array.isArray(reply.records) ? (reply.records as unknown[]) : [];
    for (const wire of records) {
      if (isRecord(wire)) this.#add("list", accountId, wire["provisioning-request-id"], wire["date-created"]);
    }
  }

  /** A reply for one request, likewise. */
  onDetail(accountId: string, requestId: string, reply: unknown): void {
    const detail = isRecord(reply) ? detailOf(reply) : undefined;
    if (detail) this.#add("detail", accountId, requestId, detail["date-created"]);
  }

  /** KORE has acknowledged a POST of ours. @param age how long ago; milliseconds */
  addAcknowledged(accountId: string, request: Acknowledged, age = 0): void {
    this.sequence.add(accountId, request.requestId);
    this.offsets.addAcknowledged(accountId, request, age);
  }

  #add(endpoint: Endpoint, accountId: string, id: unknown, created: unknown): void {
    if (typeof id !== "string" || id.trim() === "") return;
    this.sequence.add(accountId, id);
    const date = requestDate(created);
    if (date && !date.hasZone && date.precision === 0) this.offsets.addDate(endpoint, accountId, id, date.time);
  }
}
