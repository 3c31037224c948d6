import { expect } from "vitest";
import { type ProvisioningVerb } from "../../../src/kore/api/connectivity.ts";
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

interface Wish {
  sims: readonly string[];
  requestKey?: string | null;
  verb?: ProvisioningVerb;
  options?: CommandOptions;
  /** SIMs that are as wanted, or cannot be written, by now. */
  settled?: SimResult[];
  /** What a SIM's state says, at each look at the SIMs. */
  byState?: (sim: string) => StateVerdict | undefined;
}

/** The real orders, two SIMs to a request, with everything around them small. */
export class Scene {
  readonly clock = new SleepersClock(Date.UTC(2025, 0, 15, 9));
  readonly kore = new SmallKore(this.clock);
  readonly store = new MemoryStore();
  readonly audited: AuditRecord[] = [];
  /** Looks at the SIMs. */
  plans = 0;
  readonly resolved: ResolutionRecord[] = [];
  /** Whether KORE's clock is known to be off. */
  isClockOff = false;
  orders = this.start();

  /** As another process, or after a restart, would. */
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

  order(wish: Wish, by = this.orders): Promise<Outcome> {
    const { intent, plan } = this.#wanted(wish);
    return by.submit(intent, plan);
  }

  rehearse(wish: Wish): ReturnType<ProvisioningCommands["dryRun"]> {
    const { intent, plan } = this.#wanted(wish);
    return this.orders.dryRun(intent, plan);
  }

  #wanted(wish: Wish): { intent: ProvisioningCommand; plan: () => Promise<Plan> } {
    const {
      sims,
      requestKey = "key",
      verb = "suspend",
      options = { "mail-to": "a@acme.example" },
      settled = [],
      byState,
    } = wish;
    const intent: ProvisioningCommand = {
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
    return { intent, plan };
  }

  /** Says wishes and has the process end before its writes are answered; KORE takes them or not. */
  async cutOff(wishes: Wish[], does: "take" | "lose" = "lose"): Promise<void> {
    const before = this.kore.posts();
    this.kore.onPost = (take) => {
      if (does === "take") take();
      return new Promise(() => undefined);
    };
    for (const wish of wishes) void this.order(wish);
    while (this.kore.posts() < before + wishes.length) await this.clock.sleep(0);
    this.kore.onPost = (take) => take();
    this.orders = this.start();
  }

  /** As an earlier version kept what is being sent. */
  async forgetUntil(): Promise<void> {
    const chunks = (await this.store.list("chunk/")) as [string, Chunk][];
    for (const [, chunk] of chunks) delete chunk.until;
    await this.store.commit({ set: chunks });
  }

  /** Nobody can tell what became of it. */
  async leaveInDoubt(wish: Wish, does: "take" | "lose"): Promise<void> {
    this.kore.onPost = (take) => {
      if (does === "take") take();
      throw lost();
    };
    this.hideList();
    expect(outcomesOf(await this.order(wish))).toEqual(wish.sims.map(() => "OUTCOME_UNKNOWN REPLY_LOST"));
    this.kore.onPost = (take) => take();
    this.kore.onGet = (reply) => reply;
  }

  /** KORE's list cannot be read. */
  hideList(): void {
    this.kore.onGet = (reply, path) => {
      if (path.startsWith("?")) throw lost();
      return reply;
    };
  }

  /** Whoever asks for KORE's list secondly gets it when the first has long drawn his conclusions. */
  slowDownTheSecondList(): void {
    let lists = 0;
    this.kore.onGet = async (reply, path) => {
      if (path.startsWith("?") && ++lists === 2) for (let n = 0; n < 50; n++) await this.clock.sleep(0);
      return reply;
    };
  }

  /** What KORE holds of exactly these SIMs. */
  heldFor(...sims: string[]): Held[] {
    return this.kore.held.filter((held) => held.sims.join() === sims.join());
  }
}

export const outcomesOf = ({ results }: Outcome) =>
  results.map(({ outcome, reason }) => outcome + (reason === undefined ? "" : ` ${reason}`));

export const mailOf = ({ body }: Held) => /"mail-to":"([^"]*)"/.exec(JSON.stringify(body))?.[1];
