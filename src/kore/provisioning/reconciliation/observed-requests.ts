import { isRecord } from "../../decoding/decode.ts";
import { requestDate } from "./request-date.ts";
import { detailOf } from "./reconcile.ts";
import { RequestSequence } from "./request-sequence.ts";
import { type Acknowledged, type Endpoint, ZoneOffsets } from "./zone-offsets.ts";

/** Metadata from the provisioning reads and writes of one set of credentials, collected without extra requests. */
export class ObservedRequests {
  readonly sequence = new RequestSequence();
  readonly offsets: ZoneOffsets;

  /** @param monotonic milliseconds since any fixed point */
  constructor(monotonic: () => number = () => performance.now()) {
    this.offsets = new ZoneOffsets(monotonic);
  }

  /** Called with a reply of KORE's list, before validation; unreadable records are skipped. */
  onList(accountId: string, reply: unknown): void {
    const records = isRecord(reply) && Array.isArray(reply.records) ? (reply.records as unknown[]) : [];
    for (const wire of records) {
      if (isRecord(wire)) this.#add("list", accountId, wire["provisioning-request-id"], wire["date-created"]);
    }
  }

  /** Called with a detail reply, before validation. */
  onDetail(accountId: string, requestId: string, reply: unknown): void {
    const detail = isRecord(reply) ? detailOf(reply) : undefined;
    if (detail) this.#add("detail", accountId, requestId, detail["date-created"]);
  }

  /** Adds a request that KORE acknowledged. @param age time since then. Milliseconds */
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
