import pMap from "p-map";
import { KoreError } from "../errors.ts";
import { isRecord } from "../decoding/decode.ts";
import { type EvidenceSources, evidenceFor } from "./reconciliation/evidence.ts";
import { type Ledger, type Work } from "./ledger/ledger.ts";
import { type Reserved as AmbiguousChunk } from "./ledger/ledger-reads.ts";
import { type CommandEndpoints, type SimCommand, type SimResult, type UnacknowledgedWrite } from "./command.ts";
import { type CommandVerb } from "./verbs.ts";
import { outcomeOf } from "./outcome.ts";
import {
  type Candidate,
  findUnacknowledgedWrite,
  isThisRequest,
  searchUnacknowledgedWrite,
} from "./reconciliation/reconcile.ts";
import { type Chunk, type Entry, isAmbiguous } from "./ledger/records.ts";

/** A POST of a command with an ambiguous outcome. */
export interface UnresolvedCommand {
  accountId: string;
  /** Of this POST; a command with many SIMs has several. */
  intentId: string;
  verb: CommandVerb;
  sims: readonly Pick<SimCommand, "id" | "iccid" | "holds">[];
  /** Milliseconds since the epoch. */
  sentAt: number;
  /** Why reconciliation did not resolve it. */
  message: string | null;
}

/** An administrator's decision about an ambiguous command. */
export interface Resolution {
  accountId: string;
  intentId: string;
  /** Id of KORE's request; null: it did not arrive. */
  arrivedAs: string | null;
  /** Number of its SIMs, by the caller. */
  confirm: number;
  /** For the audit trail. */
  who: string;
  /** Of the operation, for logs. */
  requestId?: string;
}

type ResolutionReason =
  "NOT_FOUND" | "NOT_CONFIRMED" | "REQUEST_NOT_FOUND" | "REQUEST_CLAIMED" | "REQUEST_DIFFERS" | "ARRIVED";

export type ResolutionResult =
  | {
      outcome: "ADOPTED" | "RELEASED";
      verb: CommandVerb;
      /** The SIMs, as a repetition of the command reports them from now on. */
      results: readonly SimResult[];
    }
  | { outcome: "REJECTED"; reason: ResolutionReason; field: string; message: string };

/** One record of the audit trail. */
export interface ResolutionRecord {
  who: string;
  operation: "resolveOrder";
  verb: CommandVerb;
  accountId: string;
  intentId: string;
  sims: number;
  requestIds: string[];
  outcome: "ADOPTED" | "RELEASED";
  requestId: string | undefined;
  results: readonly SimResult[];
}

export interface ResolutionOptions extends Omit<EvidenceSources, "observed" | "ledger" | "kore"> {
  ledger: Ledger;
  kore: CommandEndpoints;
  observed: (accountId: string, verb: CommandVerb) => EvidenceSources["observed"];
  audit: (record: ResolutionRecord) => void;
}

/** Stored with the chunk, and reported to repetitions of the command. */
const RELEASED = "an administrator has found that it never arrived";

/** Resolves ambiguous commands by an administrator's decision: adopts KORE's request or releases the SIMs. Never sends. */
export class CommandResolution {
  readonly #options: ResolutionOptions;

  constructor(options: ResolutionOptions) {
    this.#options = options;
  }

  /** Ambiguous commands of an account that are not in progress, oldest first. No KORE call. */
  async list(accountId: string): Promise<UnresolvedCommand[]> {
    const unresolved = await this.#unresolved(accountId);
    const busy = await this.#options.ledger.claims.busy([...new Set(unresolved.map(({ entry }) => entry.key))]);
    return unresolved
      .filter(({ entry }) => !busy.has(entry.key))
      .map(({ entry, chunk }) => ({
        accountId,
        intentId: idOf(chunk),
        verb: entry.verb,
        sims: chunk.sims.map(({ id, iccid, holds }) => ({ id, iccid, ...(holds && { holds }) })),
        sentAt: sentAtOf(entry, chunk),
        message: chunk.message ?? null,
      }))
      .sort((a, b) => a.sentAt - b.sentAt);
  }

  /**
   * KORE's requests that may be an ambiguous command: one list call, and one call for each request of its verb and time.
   * Empty when it is no longer ambiguous.
   *
   * @throws KoreError when KORE's list cannot be read
   */
  async candidates(accountId: string, intentId: string): Promise<readonly Candidate[]> {
    const found = await this.#find(accountId, intentId);
    if (!found) return [];
    const { entry, chunk } = found;
    const evidence = this.#evidence(entry, chunk);
    return (await searchUnacknowledgedWrite(unacknowledgedWriteOf(entry, chunk), this.#options.kore, evidence))
      .candidates;
  }

  /**
   * Adopts or releases an ambiguous command, after waiting while it is in progress.
   *
   * @throws KoreError when KORE's request could not be read; nothing is changed then
   */
  async resolve(resolution: Resolution): Promise<ResolutionResult> {
    const { accountId, intentId } = resolution;
    const { ledger } = this.#options;
    for (;;) {
      const found = await this.#find(accountId, intentId);
      if (!found) return NOT_FOUND;
      const { key } = found.entry;
      const work = await ledger.tryClaim(key);
      if (!work) {
        await ledger.claims.wait([key]);
        continue;
      }
      try {
        const chunk = (await ledger.chunks(work.entry)).find((each) => idOf(each) === intentId);
        return chunk && isAmbiguous(chunk.state) ? await this.#resolve(work, chunk, resolution) : NOT_FOUND;
      } finally {
        await ledger.releaseAsStored(work);
      }
    }
  }

  async #resolve(work: Work, chunk: Chunk, resolution: Resolution): Promise<ResolutionResult> {
    const { accountId, intentId, arrivedAs, confirm, who, requestId } = resolution;
    const { ledger, audit, now } = this.#options;
    const { entry } = work;
    const sims = chunk.sims.length;
    if (confirm !== sims) {
      const message = `confirm is ${confirm}, but the order has ${sims} SIMs; nothing was changed.`;
      return { outcome: "REJECTED", reason: "NOT_CONFIRMED", field: "confirm", message };
    }
    const objection =
      arrivedAs === null
        ? await this.#objectionToRelease(entry, chunk)
        : await this.#objectionToAdoption(entry, chunk, arrivedAs);
    if (objection) return objection;

    const moved =
      arrivedAs === null
        ? await ledger.move(work, chunk, { state: "abandoned", message: RELEASED })
        : await ledger.adopt(work, chunk, { requestId: arrivedAs, acknowledgedAt: now() });
    if (!moved) return CLAIMED;
    const { results, requestIds } = outcomeOf({ settled: [] }, [moved]);
    const outcome = arrivedAs === null ? "RELEASED" : "ADOPTED";
    const { verb } = entry;
    audit({ who, operation: "resolveOrder", verb, accountId, intentId, sims, requestIds, outcome, requestId, results });
    return { outcome, verb, results };
  }

  /** Refuses to release a command that KORE's list shows: it would be sent twice. */
  async #objectionToRelease(entry: Entry, chunk: Chunk): Promise<ResolutionResult | undefined> {
    const looked = findUnacknowledgedWrite(
      unacknowledgedWriteOf(entry, chunk),
      this.#options.kore,
      this.#evidence(entry, chunk),
    );
    // Releasing by hand is meant for lists that cannot be read.
    const finding = await looked.catch(nullIfKoreFailed);
    return finding?.kind === "found" ? ARRIVED : undefined;
  }

  async #objectionToAdoption(entry: Entry, chunk: Chunk, requestId: string): Promise<ResolutionResult | undefined> {
    const { kore } = this.#options;
    const evidence = this.#evidence(entry, chunk);
    if (await evidence.isClaimed(requestId)) return CLAIMED;
    if (evidence.wasSeenBefore?.(requestId)) return DIFFERS;
    try {
      const reply: unknown = await kore.provisioningRequest(entry.accountId, requestId, entry.verb);
      if (!isRecord(reply)) return undefined;
      return (await isThisRequest(unacknowledgedWriteOf(entry, chunk), reply, evidence)) ? undefined : DIFFERS;
    } catch (error) {
      if (!(error instanceof KoreError)) throw error;
      if (error.kind === "not-found") return REQUEST_NOT_FOUND;
      if (error.kind === "contract") return undefined; // An unreadable detail is no objection.
      throw error;
    }
  }

  #evidence(entry: Entry, chunk: Chunk) {
    return evidenceFor(entry, chunk, {
      ...this.#options,
      observed: this.#options.observed(entry.accountId, entry.verb),
    });
  }

  async #find(accountId: string, intentId: string): Promise<AmbiguousChunk | undefined> {
    return (await this.#unresolved(accountId)).find(({ chunk }) => idOf(chunk) === intentId);
  }

  async #unresolved(accountId: string): Promise<AmbiguousChunk[]> {
    const { ledger } = this.#options;
    const entries = (await ledger.unfinished()).filter((entry) => entry.accountId === accountId);
    const all = await pMap(
      entries,
      async (entry) => (await ledger.chunks(entry)).map((chunk): AmbiguousChunk => ({ entry, chunk })),
      { concurrency: 8 },
    );
    return all.flat().filter(({ chunk }) => isAmbiguous(chunk.state));
  }
}

/** Ambiguous commands of several ledgers. Ids are unique among them. */
export class CommandResolutions {
  readonly #each: readonly CommandResolution[];

  constructor(...each: readonly CommandResolution[]) {
    this.#each = each;
  }

  /** As {@link CommandResolution.list}. */
  async list(accountId: string): Promise<UnresolvedCommand[]> {
    const lists = await Promise.all(this.#each.map((one) => one.list(accountId)));
    return lists.flat().sort((a, b) => a.sentAt - b.sentAt);
  }

  /** As {@link CommandResolution.candidates}. */
  async candidates(accountId: string, intentId: string): Promise<readonly Candidate[]> {
    return (await Promise.all(this.#each.map((one) => one.candidates(accountId, intentId)))).flat();
  }

  /** As {@link CommandResolution.resolve}. */
  async resolve(resolution: Resolution): Promise<ResolutionResult> {
    for (const one of this.#each) {
      const result = await one.resolve(resolution);
      if (result !== NOT_FOUND) return result;
    }
    return NOT_FOUND;
  }
}

const idOf = ({ entry, index }: Chunk): string => `${entry}-${index}`;

const sentAtOf = ({ createdAt }: Entry, { sentAt = createdAt }: Chunk): number => sentAt;

function unacknowledgedWriteOf(entry: Entry, chunk: Chunk): UnacknowledgedWrite {
  const { accountId, verb } = entry;
  const sentAt = sentAtOf(entry, chunk);
  return { accountId, verb, sims: chunk.sims, sentAt, settlesAt: chunk.settlesAt ?? sentAt };
}

const rejected = (reason: ResolutionReason, field: string, message: string): ResolutionResult => ({
  outcome: "REJECTED",
  reason,
  field,
  message,
});

const NOT_FOUND = rejected("NOT_FOUND", "intentId", "The account has no unresolved order by this id.");
const ARRIVED = rejected(
  "ARRIVED",
  "didNotArrive",
  "KORE's list shows that it arrived. Repeating the order adopts it; nothing was changed.",
);
const CLAIMED = rejected("REQUEST_CLAIMED", "arrivedAs", "This request belongs to another order of this graph.");
const DIFFERS = rejected(
  "REQUEST_DIFFERS",
  "arrivedAs",
  "This request is of other SIMs, another verb or another time.",
);
const REQUEST_NOT_FOUND = rejected("REQUEST_NOT_FOUND", "arrivedAs", "KORE has no such request in this account.");

function nullIfKoreFailed(error: unknown): null {
  if (error instanceof KoreError) return null;
  throw error;
}
