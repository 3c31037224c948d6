import { expect } from "vitest";
import { type CommitResult } from "../../../../src/common/store/durable-store.ts";
import { type Outcome } from "../../../../src/kore/provisioning/outcome.ts";
import { type Entry } from "../../../../src/kore/provisioning/ledger/records.ts";
import { type CommandVerb, isRecordVerb, partsOf } from "../../../../src/kore/provisioning/verbs.ts";
import { type Account } from "./environment.ts";
import { type OnCommit } from "./fault-schedule.ts";

/** A command that was recorded under its key. Each has a unique mark, which is sent to KORE. */
interface Kept {
  mark: string;
  /** From its opening to its deletion. */
  from: number;
  until: number;
}

/** A submitted command with its outcome. */
export interface Submitted {
  key: string;
  verb: string;
  submittedAt: number;
  isRepeatable: boolean;
  /** Mark of its plan, if there was one. */
  mark: string | undefined;
  mode: "nothing is uncertain" | undefined;
}

/** Orders of eSIM profiles have no addresses to notify, so the mark is their SKU. */
const markOf = (options: Entry["options"]) => options?.["mail-to"] ?? options?.sku ?? "";

/** Compares outcomes with KORE's requests. */
export class Oracle {
  readonly #account: Account;
  readonly #commands = new Map<string, Kept[]>();
  readonly #markOf = new WeakMap<Outcome, string>();
  /** Reported request of KORE's, by mark and SIM. */
  readonly #reported = new Map<string, string>();

  constructor(account: Account) {
    this.#account = account;
  }

  /** See `OnCommit`. A command that is being recorded may be read by other replicas before its commit has a result. */
  readonly sees: OnCommit = ({ by, expect = [], set }) => {
    const isNew = by === undefined && expect.length > 0;
    const onResults = set
      .filter(([key]) => key.startsWith("intent/"))
      .map(([key, value]) => {
        const commands = this.#commands.get(key) ?? [];
        this.#commands.set(key, commands);
        if (value === undefined) return this.#seesDeletion(commands.at(-1));
        return isNew ? this.#seesRecord(commands, markOf((value as Entry).options)) : () => undefined;
      });
    return (result) => onResults.forEach((onResult) => onResult(result));
  };

  #seesRecord(commands: Kept[], mark: string) {
    const kept = { mark, from: Date.now(), until: Infinity };
    commands.push(kept);
    return (result: CommitResult) => {
      if (result !== "done") commands.splice(commands.indexOf(kept), 1);
    };
  }

  #seesDeletion(newest: Kept | undefined) {
    return (result: CommitResult) => {
      if (result === "done" && newest) newest.until = Math.min(newest.until, Date.now());
    };
  }

  /**
   * Checks an outcome. Another replica may have deleted its command and opened a new one meanwhile, so it must be true of
   * any command that was recorded since its submission, or that was planned for it.
   */
  isTrue(outcome: Outcome, submitted: Submitted): void {
    const known = this.#markOf.get(outcome);
    const kept = (this.#commands.get(submitted.key) ?? [])
      .filter(({ until }) => until >= submitted.submittedAt)
      .reverse();
    const planned = submitted.mark === undefined ? [] : [submitted.mark]; // A command without writes is not recorded.
    const marks = known === undefined ? [...kept.map(({ mark }) => mark), ...planned] : [known];
    let firstError: unknown = new Error("An outcome of an unknown command");
    for (const [place, mark] of marks.entries()) {
      try {
        this.#isTrueOf(mark, outcome, submitted);
        this.#markOf.set(outcome, mark);
        return;
      } catch (error) {
        if (place === 0) firstError = error;
      }
    }
    throw firstError;
  }

  #isTrueOf(mark: string, { results }: Outcome, { key, verb, submittedAt, isRepeatable, mode }: Submitted): void {
    // An unfinished request is reported as it was when the command was opened.
    const opened = (this.#commands.get(key) ?? []).find((kept) => kept.mark === mark)?.from ?? submittedAt;
    const all = this.#account.held();
    const held = all.filter((request) => request.mark === mark);
    for (const { id, outcome, reason, requestId } of results) {
      const ids = held.filter(({ sims }) => sims.includes(id ?? "")).map((request) => request.id);
      const observed = `${mark} ${id ?? ""}: ${outcome} ${reason ?? ""} ${requestId ?? ""} ${JSON.stringify(results)}`;
      const own = this.#account.sims.find((sim) => sim.id === id || sim.eid === id);
      const [part] = partsOf(verb as CommandVerb);
      const naming = all.filter((request) => {
        const isOwn = request.sims.includes(own?.id ?? "") || request.sims.includes(own?.eid ?? "");
        return isOwn && partsOf(request.verb as CommandVerb)[0] === part;
      });
      const joined = naming.find((request) => request.id === requestId && request.mark !== mark);
      if (joined) {
        expect(joined.verb, observed).toBe(verb);
        expect(ids, observed).toEqual([]);
      } else if (outcome === "SUBMITTED" || outcome === "FAILED") {
        // A change of a record that was found by its effect has no known request.
        const known = requestId ?? (isRecordVerb(verb as CommandVerb) ? ids[0] : undefined);
        expect(ids, observed).toEqual([known]);
        expect(this.#reported.get(`${mark} ${id ?? ""}`) ?? known, observed).toBe(known);
        this.#reported.set(`${mark} ${id ?? ""}`, known ?? "");
      }
      if (outcome === "ALREADY_SATISFIED") {
        expect(ids, observed).toEqual([]);
        // With a request key it may have been reported before.
        const open = naming.filter(
          ({ createdAt, isFinished }) => createdAt < Math.min(submittedAt, opened) && !isFinished,
        );
        if (!isRepeatable) expect(open, observed).toEqual([]);
      }
      if (outcome === "REJECTED") expect(ids, observed).toEqual([]);
      if (outcome === "OUTCOME_UNKNOWN") expect(mode, observed).toBeUndefined();
    }
  }

  isHeld(requestId: string): void {
    expect(this.#account.held().map(({ id }) => id)).toContain(requestId);
  }

  /** Each command is at KORE at most once per SIM. */
  noneTwice(): void {
    const seen = new Set<string>();
    for (const { mark, verb, sims } of this.#account.held()) {
      for (const sim of sims) {
        const what = `${verb} ${sim} of ${mark}`;
        if (seen.has(what))
          expect.fail(`KORE holds it twice: ${what}\n${JSON.stringify(this.#account.held(), null, 1)}`);
        seen.add(what);
      }
    }
  }
}
