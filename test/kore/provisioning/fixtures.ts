import { expect } from "vitest";
import { type ProvisioningVerb } from "../../../src/kore/api/connectivity-types.ts";
import { type AuditRecord } from "../../../src/kore/provisioning/audit-record.ts";
import {
  type ProvisioningCommand,
  type CommandOptions,
  type Plan,
  type SimResult,
  type StateVerdict,
} from "../../../src/kore/provisioning/command.ts";
import { ProvisioningCommands } from "../../../src/kore/provisioning/commands.ts";
import { type Chunk } from "../../../src/kore/provisioning/ledger/records.ts";
import { type ResolutionRecord } from "../../../src/kore/provisioning/resolution.ts";
import { type Outcome } from "../../../src/kore/provisioning/outcome.ts";
import { type Held, MemoryStore, SleepersClock, SmallKore, lost } from "./fakes.ts";

export const MINUTE = 60_000;

interface CommandSpec {
  sims: readonly string[];
  requestKey?: string | null;
  verb?: ProvisioningVerb;
  options?: CommandOptions;
  /** Results of SIMs without a write. */
  settled?: SimResult[];
  /** Verdict by a SIM's state, at each plan. */
  byState?: (sim: string) => StateVerdict | undefined;
}

/** Real provisioning commands, with two SIMs per request, in a minimal environment. */
export class Scene {
  readonly clock = new SleepersClock(Date.UTC(2025, 0, 15, 9));
  readonly kore = new SmallKore(this.clock);
  readonly store = new MemoryStore();
  readonly audited: AuditRecord[] = [];
  /** Number of plans. */
  plans = 0;
  readonly resolved: ResolutionRecord[] = [];
  /** Whether KORE's clock is known to be off. */
  isClockOff = false;
  commands = this.start();

  /** Starts another process on the store. */
  start(observed = this.kore.observed): ProvisioningCommands {
    const { kore, store, clock } = this;
    store.restart();
    store.now = clock.now;
    return new ProvisioningCommands({
      kore: kore.apiFor(observed),
      store,
      chunkSize: 2,
      reconciliation: {
        visibilityWindow: 10_000,
        visibilityWindowAfterTimeout: MINUTE,
        now: clock.now,
        monotonic: clock.monotonic,
        sleep: clock.sleep,
        isClockOff: () => this.isClockOff,
      },
      observed: () => observed,
      audit: (record) => this.audited.push(record),
      auditResolution: (record) => this.resolved.push(record),
      onRecoveryFailed: (error) => expect.fail(String(error)),
    });
  }

  order(spec: CommandSpec, by = this.commands): Promise<Outcome> {
    const { command, plan } = this.#wanted(spec);
    return by.submit(command, plan);
  }

  dryRun(spec: CommandSpec): ReturnType<ProvisioningCommands["dryRun"]> {
    const { command, plan } = this.#wanted(spec);
    return this.commands.dryRun(command, plan);
  }

  #wanted(spec: CommandSpec): { command: ProvisioningCommand; plan: () => Promise<Plan> } {
    const {
      sims,
      requestKey = "key",
      verb = "suspend",
      options = { "mail-to": "a@acme.example" },
      settled = [],
      byState,
    } = spec;
    const command: ProvisioningCommand = {
      accountId: "acme",
      verb,
      requestKey,
      who: "erp",
      input: [[...sims].sort(), options],
    };
    const plan = (): Promise<Plan> => {
      this.plans += 1;
      const named = sims.map((id, place) => {
        const verdict = byState?.(id);
        return { place, id, iccid: null, ...(verdict && { byState: verdict }) };
      });
      return Promise.resolve({
        sims: named.filter(({ id }) => !settled.some((sim) => sim.id === id)),
        settled,
        options,
      });
    };
    return { command, plan };
  }

  /** Submits commands and ends the process before KORE's replies; KORE accepts the writes or not. */
  async crashWhileSending(specs: CommandSpec[], does: "take" | "lose" = "lose"): Promise<void> {
    const before = this.kore.posts();
    this.kore.onPost = (take) => {
      if (does === "take") take();
      return new Promise(() => undefined);
    };
    for (const spec of specs) void this.order(spec);
    while (this.kore.posts() < before + specs.length) await this.clock.sleep(0);
    this.kore.onPost = (take) => take();
    this.commands = this.start();
  }

  /** Converts records to those of an earlier version. */
  async removeUntil(): Promise<void> {
    const chunks = (await this.store.list("chunk/")) as [string, Chunk][];
    for (const [, chunk] of chunks) delete chunk.until;
    await this.store.commit({ set: chunks });
  }

  /** Submits a command whose outcome stays ambiguous. */
  async leaveAmbiguous(spec: CommandSpec, does: "take" | "lose"): Promise<void> {
    this.kore.onPost = (take) => {
      if (does === "take") take();
      throw lost();
    };
    this.hideList();
    expect(outcomesOf(await this.order(spec))).toEqual(spec.sims.map(() => "OUTCOME_UNKNOWN REPLY_LOST"));
    this.kore.onPost = (take) => take();
    this.kore.onGet = (reply) => reply;
  }

  /** Makes KORE's list unreadable. */
  hideList(): void {
    this.kore.onGet = (reply, path) => {
      if (path.startsWith("?")) throw lost();
      return reply;
    };
  }

  /** Delays the second read of KORE's list until the first has been evaluated. */
  slowDownTheSecondList(): void {
    let lists = 0;
    this.kore.onGet = async (reply, path) => {
      if (path.startsWith("?") && ++lists === 2) for (let n = 0; n < 50; n++) await this.clock.sleep(0);
      return reply;
    };
  }

  /** KORE's requests of exactly these SIMs. */
  heldFor(...sims: string[]): Held[] {
    return this.kore.held.filter((held) => held.sims.join() === sims.join());
  }
}

export const outcomesOf = ({ results }: Outcome) =>
  results.map(({ outcome, reason }) => outcome + (reason === undefined ? "" : ` ${reason}`));

export const mailOf = ({ body }: Held) => /"mail-to":"([^"]*)"/.exec(JSON.stringify(body))?.[1];
