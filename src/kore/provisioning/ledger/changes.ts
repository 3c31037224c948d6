import { type Change } from "../../../common/store/durable-store.ts";
import { type Acknowledged } from "../reconciliation/zone-offsets.ts";
import { type PlacedSim } from "../command.ts";
import { isZoneSample, kindOf } from "../verbs.ts";
import { type Chunk, type ClaimedRequest, type Entry, isAbandoned, keys } from "./records.ts";

/** The values of records may be personal, so they are kept only while something is left to send or to look for. */
export function withoutValues(chunk: Chunk): Chunk {
  const isClosed = chunk.state === "acknowledged" || chunk.state === "refused";
  if (!isClosed || !chunk.sims.some(({ record }) => record)) return chunk;
  const withoutRecord = ({ place, id, iccid, holds }: PlacedSim) => ({ place, id, iccid, ...(holds && { holds }) });
  return { ...chunk, sims: chunk.sims.map(withoutRecord) };
}

/** Closes a command. Its options are kept only where a repetition may send abandoned chunks. */
export function closing({ options, ...kept }: Entry, chunks: readonly Chunk[]): Change[] {
  const isRepeatable = chunks.some(isAbandoned) && options !== undefined;
  return [
    [kept.key, isRepeatable ? { ...kept, options } : kept],
    [keys.open(kept.id), undefined],
  ];
}

/** Assigns KORE's request to the chunk, with a sample for KORE's time zone. */
export function acknowledgement({ accountId, key, createdAt, verb }: Entry, from: Chunk, chunk: Chunk): Change[] {
  const { requestId, sentAt, answeredAt, index } = chunk;
  if (requestId === undefined || requestId === from.requestId) return [];
  const claimed: ClaimedRequest = { at: chunk.acknowledgedAt ?? createdAt, key, index };
  const isTimed = sentAt !== undefined && answeredAt !== undefined && chunk.wasClockOff !== true;
  const isSample = isTimed && isZoneSample(verb);
  const sample = isSample ? ({ requestId, sentAt, answeredAt } satisfies Acknowledged) : undefined;
  return [
    [keys.request(accountId, requestId, kindOf(verb)), claimed],
    ...(sample ? [[keys.acknowledged(accountId), sample] as const] : []),
  ];
}
