import { expect } from "vitest";
import { type Commit } from "../../../../src/common/durable-store.ts";
import { type Outcome } from "../../../../src/kore/provisioning/outcome.ts";
import { type Entry } from "../../../../src/kore/provisioning/ledger/records.ts";
import { type Account } from "./environment.ts";

/** An intent as it was kept under its key. Each has a mark of its own, which KORE gets to see. */
interface Kept {
  mark: string;
  /** From its opening until it was forgotten. */
  from: number;
  until: number;
}

/** One wish as it was said and answered. */
export interface Said {
  key: string;
  verb: string;
  saidAt: number;
  isRepeatable: boolean;
  /** Of the plan that was made for it, if one was. */
  mark: string | undefined;
  mode: "nothing is uncertain" | undefined;
}

/** Compares what was told with what KORE holds. */
export class Truth {
  readonly #account: Account;
  readonly #intents = new Map<string, Kept[]>();
  readonly #markOf = new WeakMap<Outcome, string>();
  /** By mark and SIM: which request KORE was reported to hold for it. */
  readonly #reported = new Map<string, string>();

  constructor(account: Account) {
    this.#account = account;
  }

  /** Is told of each commit that was made. */
  readonly sees = ({ by, expect = [], set }: Commit): void => {
    const isNew = by === undefined && expect.length > 0;
    for (const [key, value] of set) {
      if (!key.startsWith("intent/")) continue;
      const intents = this.#intents.get(key) ?? [];
      const [newest] = intents.slice(-1);
      if (value === undefined && newest) newest.until = Math.min(newest.until, Date.now());
      else if (isNew)
        intents.push({ mark: (value as Entry).options?.["mail-to"] ?? "", from: Date.now(), until: Infinity });
      this.#intents.set(key, intents);
    }
  };

  /**
   * An outcome is true of the intent that it is of. Another replica may have forgotten that and begun a new one by now,
   * so it has to be true of one that was kept while it was waited for, or was planned for it.
   */
  isTrue(outcome: Outcome, said: Said): void {
    const known = this.#markOf.get(outcome);
    const kept = (this.#intents.get(said.key) ?? []).filter(({ until }) => until >= said.saidAt).reverse();
    const planned = said.mark === undefined ? [] : [said.mark]; // What needs no write is not kept.
    const marks = known === undefined ? [...kept.map(({ mark }) => mark), ...planned] : [known];
    let firstError: unknown = new Error("An outcome of nobody's intent");
    for (const [place, mark] of marks.entries()) {
      try {
        this.#isTrueOf(mark, outcome, said);
        this.#markOf.set(outcome, mark);
        return;
      } catch (error) {
        if (place === 0) firstError = error;
      }
    }
    throw firstError;
  }

  #isTrueOf(mark: string, { results }: Outcome, { key, verb, saidAt, isRepeatable, mode }: Said): void {
    // What is unfinished is told once more, as it was found when it was opened.
    const opened = (this.#intents.get(key) ?? []).find((kept) => kept.mark === mark)?.from ?? saidAt;
    const all = this.#account.held();
    const held = all.filter((request) => request.mark === mark);
    for (const { id, outcome, reason, requestId } of results) {
      const ids = held.filter(({ sims }) => sims.includes(id ?? "")).map((request) => request.id);
      const told = `${mark} ${id ?? ""}: ${outcome} ${reason ?? ""} ${requestId ?? ""} ${JSON.stringify(results)}`;
      const naming = all.filter(({ sims }) => sims.includes(id ?? ""));
      const joined = naming.find((request) => request.id === requestId && request.mark !== mark);
      if (joined) {
        expect(joined.verb, told).toBe(verb);
        expect(ids, told).toEqual([]);
      } else if (outcome === "SUBMITTED" || outcome === "FAILED") {
        expect(ids, told).toEqual([requestId]);
        expect(this.#reported.get(`${mark} ${id ?? ""}`) ?? requestId, told).toBe(requestId);
        this.#reported.set(`${mark} ${id ?? ""}`, requestId ?? "");
      }
      if (outcome === "ALREADY_SATISFIED") {
        expect(ids, told).toEqual([]);
        // With a request key it may have been told before.
        const open = naming.filter(({ createdAt, isFinished }) => createdAt < Math.min(saidAt, opened) && !isFinished);
        if (!isRepeatable) expect(open, told).toEqual([]);
      }
      if (outcome === "REJECTED") expect(ids, told).toEqual([]);
      if (outcome === "OUTCOME_UNKNOWN") expect(mode, told).toBeUndefined();
    }
  }

  isHeld(requestId: string): void {
    expect(this.#account.held().map(({ id }) => id)).toContain(requestId);
  }

  /** Whatever was said and whatever went wrong: one intent is at KORE once for each SIM. */
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
