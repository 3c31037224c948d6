import { KoreError } from "../../errors.ts";
import { type CommandEndpoints } from "../command.ts";
import { isZoneSample, kindOf } from "../verbs.ts";
import { type Ledger } from "../ledger/ledger.ts";
import { type Chunk, type Entry } from "../ledger/records.ts";
import { type ObservedRequests } from "./observed-requests.ts";
import { type Evidence } from "./reconcile.ts";
import { SAMPLE_LIFE } from "./zone-offsets.ts";

/** Sources of {@link Evidence}. */
export interface EvidenceSources {
  ledger: Pick<Ledger, "isClaimed" | "lastAcknowledged">;
  kore: Pick<CommandEndpoints, "provisioningRequest">;
  observed: ObservedRequests;
  now: () => number;
  isClockOff: () => boolean;
}

/** Local evidence about an unacknowledged chunk. */
export function evidenceFor(
  { accountId, verb }: Pick<Entry, "accountId" | "verb">,
  chunk: Chunk,
  sources: EvidenceSources,
): Evidence {
  const { ledger, kore, observed, now, isClockOff } = sources;
  let learning: Promise<void> | undefined;

  /** After a restart: reads the request that was acknowledged last, whose date shows KORE's time zone. */
  async function learnZone(): Promise<void> {
    const last = await ledger.lastAcknowledged(accountId);
    const age = last ? now() - last.answeredAt : Infinity;
    if (!last || age < 0 || age > SAMPLE_LIFE) return;
    observed.addAcknowledged(accountId, last, age);
    const reply: unknown = await kore.provisioningRequest(accountId, last.requestId, verb).catch(nullIfKoreFailed);
    observed.onDetail(accountId, last.requestId, reply);
  }

  return {
    isClaimed: (requestId) => ledger.isClaimed(accountId, requestId, kindOf(verb)),
    wasSeenBefore: (requestId) => observed.sequence.wasSeenBefore(accountId, requestId, chunk.seenBefore),
    zoneOf: (endpoint) => observed.offsets.zoneOf(endpoint),
    // The ledger has no other samples. Dates of eSIM requests have their zone in KORE's description.
    ...(isZoneSample(verb) && { learnZone: () => (learning ??= learnZone()) }),
    isClockOff: () => chunk.wasClockOff === true || isClockOff(),
  };
}

function nullIfKoreFailed(error: unknown): null {
  if (error instanceof KoreError) return null;
  throw error;
}
