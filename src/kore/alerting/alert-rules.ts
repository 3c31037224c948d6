import { type Claim, type DurableStore } from "../../common/store/durable-store.ts";
import { pagesOf } from "../../common/store/store-pages.ts";
import { type AlertingApi, type WireAlertRule } from "../api/alerting.ts";
import { listed, record, requiredString, rows } from "../decoding/decode.ts";
import { KoreError } from "../errors.ts";
import {
  type ReconciliationOptions,
  inFlightUntil,
  pollUntil,
  visibleUntil,
} from "../idempotency/ambiguous-outcome.ts";
import { attempt, isNotSent, refusedBy } from "../idempotency/attempt.ts";
import { ExclusiveWrites } from "../idempotency/exclusive-writes.ts";
import { KeyedMutex } from "../idempotency/keyed-mutex.ts";
import { hashOf } from "../idempotency/single-flight.ts";
import { type RuleContent, bodyOf, contentOf, hidesToken, isSameButForToken, isSameRule } from "./rule.ts";

type RuleReason = "NAME_TAKEN" | "NOT_FOUND" | "NOT_PERMITTED" | "TOKEN_NEEDED" | "KORE_REFUSED" | "REPLY_LOST";

/** Outcome of writing a rule. */
export interface RuleResult {
  outcome: "DONE" | "ALREADY_SATISFIED" | "ADOPTED" | "REJECTED" | "OUTCOME_UNKNOWN";
  reason?: RuleReason;
  /** The part of the input that caused it. */
  field?: string;
  /** In words, for people. */
  message?: string;
  ruleId?: string;
}

type RuleApi = Pick<AlertingApi, "rules" | "createRule" | "updateRule">;

export interface AlertRulesOptions {
  kore: RuleApi;
  store: DurableStore;
  reconciliation: ReconciliationOptions;
  /** This deployment's access token, with which its own rules are written. */
  ownToken: string | undefined;
  /** Called for every write that was sent or should have been sent. */
  audit: (record: RuleAuditRecord) => void;
  /** Called when the store could not record an outcome. */
  onNotKept: (error: unknown) => void;
}

/** One record of the audit trail. It holds no address and no token. */
export interface RuleAuditRecord {
  who: string;
  operation: "createAlertRule" | "updateAlertRule";
  accountId: string;
  ruleId: string | null;
  outcome: RuleResult["outcome"] | "NOT_SENT";
  requestId: string | undefined;
}

/** On whose behalf a rule is written. */
interface RuleContext {
  who: string;
  requester: { kore: RuleApi; requestId: string };
}

/** Reads all rules of an account, by id. KORE's list is not paged. @throws KoreError */
export async function readRules(
  kore: Pick<AlertingApi, "rules">,
  accountId: string,
): Promise<ReadonlyMap<string, WireAlertRule>> {
  const wires = rows(listed(await kore.rules(accountId), "rules", "rules"), "rules.rules");
  return new Map(wires.map((wire) => [requiredString(wire["rule-id"], "rules.rule-id"), wire]));
}

/**
 * Writes alert rules. KORE has neither idempotency keys nor a DELETE, so a rule is identified by its name in its account: a
 * creation reads the list first, and one with an unknown outcome is searched for before another POST.
 */
export class AlertRules {
  readonly #options: AlertRulesOptions;
  readonly #claims: KeyedMutex;
  readonly #exclusive: ExclusiveWrites;

  constructor(options: AlertRulesOptions) {
    this.#options = options;
    this.#claims = new KeyedMutex(options.store, LOCKS);
    this.#exclusive = new ExclusiveWrites(this.#claims, options.onNotKept);
  }

  /** @throws KoreError when it was not sent, and no other input would help */
  create(accountId: string, rule: RuleContent, context: RuleContext): Promise<RuleResult> {
    const key = hashOf([accountId, rule.name]);
    return this.#exclusive.run(key, (claim) => this.#create({ accountId, rule, claim, key }, context));
  }

  async #create(
    { accountId, rule, claim, key }: { accountId: string; rule: RuleContent; claim: Claim; key: string },
    { who, requester: { kore, requestId } }: RuleContext,
  ): Promise<RuleResult> {
    const { store, reconciliation, ownToken } = this.#options;
    const pending = (await store.get(PENDING + key)) as Pending | undefined;
    const known = pending
      ? await this.#find(kore, accountId, rule, pending.settlesAt)
      : await findNamesake(kore, accountId, rule, ownToken);
    if (known) {
      if (pending) await this.#settle(claim, key);
      const present = contentOf(known.wire);
      const outcome = pending ? "ADOPTED" : "ALREADY_SATISFIED";
      if (isSameRule(present, rule, ownToken)) return { outcome, ruleId: known.ruleId };
      if (hidesToken(present) && isSameButForToken(present, rule)) {
        return { outcome, ruleId: known.ruleId, message: TOKEN_NOT_SHOWN };
      }
      return { outcome: "REJECTED", reason: "NAME_TAKEN", field: "input.name", message: TAKEN, ruleId: known.ruleId };
    }
    const body = bodyOf(rule, ownToken);
    if (!body) return TOKEN_NEEDED;
    const audit = (outcome: RuleAuditRecord["outcome"], ruleId: string | null = null) =>
      this.#options.audit({ who, operation: "createAlertRule", accountId, ruleId, outcome, requestId });
    const sentAt = reconciliation.now();
    const keepPending = async (settlesAt: number) => {
      await this.#claims.commit(claim, { set: [[PENDING + key, { sentAt, settlesAt } satisfies Pending]] });
    };
    const begin = () => keepPending(inFlightUntil(reconciliation) + reconciliation.visibilityWindowAfterTimeout);
    const answer = await attempt(async () =>
      requiredString(record(await kore.createRule(accountId, body, begin), "rule")["rule-id"], "rule.rule-id"),
    );
    if (!(answer instanceof KoreError)) {
      await this.#settle(claim, key);
      audit("DONE", answer);
      return { outcome: "DONE", ruleId: answer };
    }
    if (isNotSent(answer)) {
      await this.#settle(claim, key);
      audit("NOT_SENT");
      throw answer;
    }
    if (answer.isRefusal) {
      await this.#settle(claim, key);
      audit("REJECTED");
      return { outcome: "REJECTED", ...refusedBy(answer, "KORE has no such account") };
    }
    const settlesAt = visibleUntil(answer, reconciliation);
    await keepPending(settlesAt).catch(this.#options.onNotKept);
    const finding = await attempt(() => this.#find(kore, accountId, rule, settlesAt));
    const found = finding instanceof KoreError ? undefined : finding;
    if (found) await this.#settle(claim, key);
    const outcome = found ? "ADOPTED" : "OUTCOME_UNKNOWN";
    audit(outcome, found?.ruleId);
    return found
      ? { outcome: "ADOPTED", ruleId: found.ruleId }
      : { outcome: "OUTCOME_UNKNOWN", reason: "REPLY_LOST", message: NOT_LISTED };
  }

  /**
   * Changes a rule, which KORE replaces as a whole. Repeating it is safe.
   *
   * @param change gives the rule as it is to be
   * @throws KoreError when it was not sent, and no other input would help
   */
  update(
    { accountId, id }: { accountId: string; id: string },
    change: (present: RuleContent) => RuleContent,
    context: RuleContext,
  ): Promise<RuleResult> {
    return this.#exclusive.run(hashOf([accountId, "id", id]), () => this.#update({ accountId, id }, change, context));
  }

  async #update(
    { accountId, id }: { accountId: string; id: string },
    change: (present: RuleContent) => RuleContent,
    { who, requester: { kore, requestId } }: RuleContext,
  ): Promise<RuleResult> {
    const { reconciliation, ownToken } = this.#options;
    const rules = await readRules(kore, accountId);
    const wire = rules.get(id);
    if (!wire) return { outcome: "REJECTED", reason: "NOT_FOUND", field: "input.id", message: NO_RULE };
    const present = contentOf(wire);
    const wanted = change(present);
    if (isSameRule(present, wanted, ownToken)) return { outcome: "ALREADY_SATISFIED", ruleId: id };
    const namesake = [...rules].find(([other, { "rule-name": name }]) => other !== id && name === wanted.name);
    if (namesake && wanted.name !== present.name) {
      return { outcome: "REJECTED", reason: "NAME_TAKEN", field: "input.name", message: TAKEN, ruleId: namesake[0] };
    }
    const body = bodyOf(wanted, ownToken);
    if (!body) return { ...TOKEN_NEEDED, ruleId: id };
    const audit = (outcome: RuleAuditRecord["outcome"]) =>
      this.#options.audit({ who, operation: "updateAlertRule", accountId, ruleId: id, outcome, requestId });
    const audited = (result: RuleResult): RuleResult => {
      audit(result.outcome);
      return result;
    };
    const answer = await attempt(() => kore.updateRule(accountId, id, body));
    if (!(answer instanceof KoreError)) return audited({ outcome: "DONE", ruleId: id });
    if (isNotSent(answer)) {
      audit("NOT_SENT");
      throw answer;
    }
    if (answer.isRefusal)
      return audited({ outcome: "REJECTED", ...refusedBy(answer, "KORE has no such rule"), ruleId: id });
    const shown = await pollUntil<boolean | KoreError>(
      {
        until: visibleUntil(answer, reconciliation),
        poll: () =>
          attempt(async () => {
            const shown = (await readRules(kore, accountId)).get(id);
            return shown !== undefined && isSameRule(contentOf(shown), wanted, ownToken);
          }),
        isFound: (found) => found === true,
        whenStopped: false,
      },
      reconciliation,
    );
    return audited(
      shown === true
        ? { outcome: "DONE", ruleId: id, message: "KORE's reply was lost, but KORE shows the change." }
        : { outcome: "OUTCOME_UNKNOWN", reason: "REPLY_LOST", ruleId: id, message: NOT_SHOWN },
    );
  }

  /** Looks for a rule until it is listed or the window has ended. @throws KoreError when the last list could not be read */
  async #find(kore: RuleApi, accountId: string, rule: RuleContent, until: number) {
    const { ownToken } = this.#options;
    const found = await pollUntil<Awaited<ReturnType<typeof findNamesake>> | KoreError>(
      {
        until,
        poll: () => attempt(() => findNamesake(kore, accountId, rule, ownToken)),
        isFound: (finding) => finding !== undefined && !(finding instanceof KoreError),
        whenStopped: STOPPED,
      },
      this.#options.reconciliation,
    );
    if (found instanceof KoreError) throw found;
    return found;
  }

  async #settle(claim: Claim, key: string): Promise<void> {
    await this.#claims.commit(claim, { set: [[PENDING + key, undefined]] }).catch(this.#options.onNotKept);
  }

  /** Continues nothing: a repetition looks for a rule whose outcome is unknown. */
  recover(): Promise<void> {
    return Promise.resolve();
  }

  /** Releases rules that a crash has left. @returns their number */
  takeOver(): Promise<number> {
    return this.#exclusive.releaseOrphans();
  }

  /** Deletes creations with an unknown outcome that were sent before an instant. Milliseconds since the epoch. */
  async prune(before: number): Promise<void> {
    for await (const page of pagesOf(this.#options.store, PENDING, 1000)) {
      const old = page.filter(([, pending]) => (pending as Pending).sentAt < before);
      if (old.length > 0) await this.#options.store.commit({ set: old.map(([key]) => [key, undefined]) });
    }
  }

  /** Resolves when no rule is being written. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#exclusive.running());
  }
}

interface Pending {
  /** Milliseconds since the epoch, as is the next. */
  sentAt: number;
  /** Until when the rule may become visible. */
  settlesAt: number;
}

const LOCKS = "rule-lock/";
const PENDING = "rule-pending/";

/** A rule of the same name, which KORE may list several times: the one that is the same, else the first. */
async function findNamesake(kore: RuleApi, accountId: string, rule: RuleContent, ownToken: string | undefined) {
  const named = [...(await readRules(kore, accountId))].filter(([, wire]) => wire["rule-name"] === rule.name);
  const found = named.find(([, wire]) => isSameRule(contentOf(wire), rule, ownToken)) ?? named[0];
  return found && { ruleId: found[0], wire: found[1] };
}

const STOPPED = new KoreError("aborted", "The server stopped before the search ended", { operation: "GET rules" });

const TAKEN =
  "The account has another rule of this name: change that one, or choose another name. KORE cannot delete rules.";
const TOKEN_NOT_SHOWN = "KORE does not show the rule's access token: whether it is the given one is not known.";
const NO_RULE = "The account has no such rule.";
const TOKEN_NEEDED: RuleResult = {
  outcome: "REJECTED",
  reason: "TOKEN_NEEDED",
  field: "input.webhook.accessToken",
  message: "KORE replaces a rule as a whole and does not show its access token: give it with the webhook.",
};
const NOT_LISTED =
  "KORE's reply was lost, and KORE's list does not show the rule. Repeating the mutation looks for it before it creates it.";
const NOT_SHOWN =
  "KORE's reply was lost, and KORE does not show the change. Look at the rule; repeating the change is safe.";
