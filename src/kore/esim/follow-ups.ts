import { type ConnectivityApi } from "../api/connectivity.ts";
import { isRecord, list, record, rows, string } from "../decoding/decode.ts";
import { redact } from "../decoding/redact.ts";
import { KoreError } from "../errors.ts";
import { SingleFlight, hashOf } from "../idempotency/single-flight.ts";
import { type AuditRecord } from "../provisioning/audit-record.ts";
import { type ProvisioningCommands } from "../provisioning/commands.ts";
import { type SimResult } from "../provisioning/command.ts";
import { esimRequestInProvisioningShape } from "./endpoints.ts";
import { esimStatusOf } from "./statuses.ts";

/** A change of an eSIM request that KORE has. */
export interface EsimFollowUp {
  accountId: string;
  /** Of KORE's request. */
  requestId: string;
  action: "retry" | "cancel";
  /** Undefined: all of the request to which the action applies. */
  eids: readonly string[] | undefined;
  /** Of a retry: does not wait for the device to be online. */
  skipSessionCheck: boolean;
  /** Of a cancellation: cancels pending automatic retries only. */
  retriesOnly: boolean;
  dryRun: boolean;
  /** For the audit trail. */
  who: string;
}

interface Requester {
  kore: ConnectivityApi;
  /** For logs. */
  requestId: string;
}

interface FollowUpOptions {
  commands: Pick<ProvisioningCommands, "dryRun" | "reopen" | "recordProgress">;
  /** Called for every follow-up that wrote or tried to. */
  audit: (record: AuditRecord) => void;
}

type Row = Readonly<{ eid: string; status: string | null }>;
type Verdict = Pick<SimResult, "outcome" | "reason" | "message" | "field">;
/** By EID. */
type Verdicts = ReadonlyMap<string, Verdict>;

/**
 * Retries and cancels eSIM requests. KORE's state of each EID makes a repetition harmless, so these are not in the ledger:
 * the request is read first, EIDs in the wanted state are not written, and after a lost reply it is read again. A retry and a
 * transfer of a SIM on the eSIM exclude each other, as other orders do, while the ledger can be read.
 */
export class EsimFollowUps {
  readonly #options: FollowUpOptions;
  readonly #singleFlight = new SingleFlight<SimResult[]>();

  constructor(options: FollowUpOptions) {
    this.#options = options;
  }

  /**
   * The outcome for each EID. Identical ones at a time are one.
   *
   * @throws KoreError `not-found` when KORE has no such request; others when nothing was written
   */
  submit(followUp: EsimFollowUp, requester: Requester): Promise<SimResult[]> {
    const key = hashOf({ ...followUp, who: undefined });
    return this.#singleFlight.run(key, key, () => this.#submit(followUp, requester));
  }

  /** Resolves when none is in progress. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#singleFlight.running());
  }

  async #submit(followUp: EsimFollowUp, requester: Requester): Promise<SimResult[]> {
    const { action, accountId, requestId, dryRun } = followUp;
    const { commands, audit } = this.#options;
    const detail = await requester.kore.esimRequest(accountId, requestId);
    const known = rowsIn(detail);
    const named = followUp.eids ?? known.filter((row) => !verdictOf(followUp, row)).map(({ eid }) => eid);
    const judged = [...new Set(named)].map((eid) => {
      const row = known.find((each) => each.eid === eid);
      const verdict = row ? verdictOf(followUp, row) : notInRequest(named.indexOf(eid));
      return { place: named.indexOf(eid), id: eid, iccid: null, verdict };
    });
    const due = judged.filter(({ verdict }) => !verdict).map(({ id }) => id);
    const isRetry = action === "retry" && due.length > 0;
    // Before the check, so that a transfer that begins after it finds the request unfinished.
    if (isRetry && !dryRun) await commands.reopen(accountId, requestId, "esim");
    const excluded = isRetry ? await this.#excluded(followUp, due) : NONE;
    const toSend = due.filter((eid) => !excluded.has(eid));
    let answers = NONE;
    try {
      if (toSend.length > 0 && !dryRun) answers = await this.#send(followUp, toSend, requester.kore);
    } finally {
      const isAtWork = [...answers.values()].some(({ outcome }) => outcome !== "REJECTED");
      const shown = esimRequestInProvisioningShape(detail);
      if (isRetry && !isAtWork) await commands.recordProgress(accountId, requestId, shown, "esim");
    }
    const results = judged.map(({ verdict, ...sim }): SimResult => {
      const result = verdict ?? excluded.get(sim.id) ?? answers.get(sim.id) ?? SENT;
      return { ...sim, ...result, ...(!dryRun && result === SENT && { requestId }) };
    });
    if (answers !== NONE) audit(auditOf(followUp, results, requester.requestId));
    return results;
  }

  /** Why eSIMs are not retried because of other orders, by EID. Reads the status of a transfer in progress from KORE. */
  async #excluded({ accountId, eids }: EsimFollowUp, due: readonly string[]): Promise<Verdicts> {
    const sims = due.map((id, place) => ({ place, id, iccid: null }));
    const plan = () => Promise.resolve({ sims, settled: [], options: {} });
    const { settled } = await this.#options.commands.dryRun({ accountId, verb: "esim-enable" }, plan);
    return new Map(
      settled.map(({ id, outcome, reason, message }) => {
        const field = eids && `eids[${eids.indexOf(id ?? "")}]`;
        return [id ?? "", { outcome, ...(reason && { reason }), ...(message && { message }), ...(field && { field }) }];
      }),
    );
  }

  async #send(followUp: EsimFollowUp, eids: readonly string[], kore: ConnectivityApi): Promise<Verdicts> {
    const { action } = followUp;
    const all = (verdict: Verdict) => new Map<string, Verdict>(eids.map((eid) => [eid, verdict]));
    try {
      const reply: unknown = await post(followUp, eids, kore);
      const data = isRecord(reply) && isRecord(reply.data) ? reply.data : {};
      const answer = data[`${action}-response`];
      const { "accepted-eids": accepted, "rejected-eids": rejected } = isRecord(answer) ? answer : {};
      const found = all(NOT_NAMED);
      const message = string(data.message, `${action}.message`);
      for (const eid of textsOf(rejected, action)) if (found.has(eid)) found.set(eid, refused(message));
      for (const eid of textsOf(accepted, action)) if (found.has(eid)) found.set(eid, SENT);
      return found;
    } catch (error) {
      if (!(error instanceof KoreError)) throw error;
      const isOfRequest = ["bad-request", "conflict", "not-found"].includes(error.kind);
      if (error.isRefusal && isOfRequest) return all(refused(error.koreMessage ?? null));
      if (error.isUnsent || error.isRefusal) throw error;
      const now = await kore.esimRequest(followUp.accountId, followUp.requestId).then(rowsIn, () => []);
      const hasArrived = (eid: string) => now.some((row) => row.eid === eid && isDone(followUp, row));
      return new Map(eids.map((eid) => [eid, hasArrived(eid) ? SENT : LOST]));
    }
  }
}

function rowsIn(reply: Awaited<ReturnType<ConnectivityApi["esimRequest"]>>): Row[] {
  const detail = record(reply, "esim-request");
  return rows(detail.eids, "esim-request.eids", ["eid", "switch-status"]).flatMap((row): Row[] => {
    const eid = string(row.eid, "esim-request.eid")?.trim();
    return eid === undefined ? [] : [{ eid, status: string(row["switch-status"], "esim-request.switch-status") }];
  });
}

function post(
  { accountId, requestId, action, skipSessionCheck, retriesOnly, eids: named }: EsimFollowUp,
  eids: readonly string[],
  kore: ConnectivityApi,
) {
  if (action === "retry") return kore.retryEsims(accountId, { requestId, eids, skipSessionCheck });
  return kore.cancelEsims(accountId, { requestId, eids: named ? eids : undefined, retriesOnly });
}

/** Whether an EID shows that a follow-up whose reply was lost has arrived. */
function isDone({ action, retriesOnly }: EsimFollowUp, { status }: Row): boolean {
  const known = esimStatusOf(status);
  if (action === "retry") return known === "PENDING" || known === "COMPLETED";
  return !retriesOnly && known === "CANCELLED";
}

/** The outcome without a write; undefined when KORE has to decide. A status that is unknown here is KORE's to judge. */
function verdictOf({ action, skipSessionCheck, retriesOnly }: EsimFollowUp, { status }: Row): Verdict | undefined {
  const known = esimStatusOf(status);
  if (known === undefined) return undefined;
  if (action === "retry") {
    if (known === "FAILED") return undefined;
    if (known === "CANCELLED") return wrongState("A cancelled eSIM is not retried; order it anew.");
    if (known === "PENDING" && skipSessionCheck && /session/i.test(status ?? "")) return undefined;
    return ALREADY;
  }
  if (known === "PENDING" || (retriesOnly && known === "FAILED")) return undefined;
  return known === "CANCELLED" ? ALREADY : wrongState("KORE has finished it.");
}

const NONE: Verdicts = new Map();
const SENT = { outcome: "SUBMITTED" } as const satisfies Verdict;
const ALREADY = { outcome: "ALREADY_SATISFIED" } as const satisfies Verdict;
const NOT_NAMED: Verdict = {
  outcome: "OUTCOME_UNKNOWN",
  reason: "REPLY_LOST",
  message: "KORE's reply names it neither among the accepted nor among the rejected eSIMs. Look at the request.",
};
const LOST: Verdict = {
  outcome: "OUTCOME_UNKNOWN",
  reason: "REPLY_LOST",
  message:
    "KORE's reply was lost, and the request does not show whether it arrived. Repeating reads the request first.",
};

const wrongState = (message: string): Verdict => ({ outcome: "REJECTED", reason: "WRONG_STATE", message });

const refused = (message: string | null): Verdict => ({
  outcome: "REJECTED",
  reason: "KORE_REFUSED",
  message: `KORE refused: ${redact(message ?? "for no stated reason")}`,
});

const notInRequest = (place: number): Verdict => ({
  outcome: "REJECTED",
  reason: "NOT_FOUND",
  field: `eids[${place}]`,
  message: "The request does not name this eSIM.",
});

const textsOf = (value: unknown, action: string): string[] =>
  list(value as readonly unknown[] | null | undefined, `${action}.eids`)
    .filter((each) => typeof each === "string")
    .map((each) => each.trim());

function auditOf(
  { accountId, requestId: ofKore, action, who }: EsimFollowUp,
  results: readonly SimResult[],
  requestId: string,
): AuditRecord {
  const outcomes: Record<string, number> = {};
  for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const verb = `esim-${action}`;
  const common = { verb, accountId, who, requestId, outcomes, results, sims: results.length };
  return { ...common, requestKeyHash: null, requestIds: [ofKore], isRecovery: false };
}
