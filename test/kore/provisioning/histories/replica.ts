import { setMaxListeners } from "node:events";
import { KoreError } from "../../../../src/kore/errors.ts";
import { type Commit } from "../../../../src/common/durable-store.ts";
import { StoreUnavailable } from "../../../../src/common/store-errors.ts";
import { type ReconciliationOptions } from "../../../../src/kore/idempotency/ambiguous-outcome.ts";
import { ObservedRequests } from "../../../../src/kore/provisioning/reconciliation/observed-requests.ts";
import { ProvisioningCommands } from "../../../../src/kore/provisioning/commands.ts";
import { type Joined, type Shared } from "./engines/engine.ts";
import { HabitualKore } from "./habits.ts";
import { type Habits, type Part } from "./history.ts";
import { Life } from "./fault-schedule.ts";
import { type LoopClock } from "./loop-clock.ts";
import { type Account } from "./environment.ts";

export type Timing = Required<
  Pick<ReconciliationOptions, "visibilityWindow" | "visibilityWindowAfterTimeout" | "deadline" | "sendWithin">
>;

/** What a replica lives in. */
export interface World {
  account: Account;
  shared: Shared;
  clock: LoopClock;
  timing: Timing;
  habits: Habits;
  onCommit: (commit: Commit) => void;
  onAudit: (requestId: string) => void;
  onDefect: (error: unknown) => void;
}

/** Between looks for what others left. The server's own are a second apart. Milliseconds. */
const TAKE_OVER_EVERY = 60;

/** One process, from its start to its end. */
export class Replica {
  readonly life: Life;
  readonly orders: ProvisioningCommands;
  /** Resolves when it has taken up what others left. */
  readonly recovery: Promise<void>;
  readonly #joined: Joined;
  readonly #stopping = new AbortController();

  private constructor(world: World, life: Life, joined: Joined, { clock: skew }: Part) {
    const { account, clock, timing, habits, onDefect } = world;
    this.life = life;
    this.#joined = joined;
    setMaxListeners(0, this.#stopping.signal);
    const observed = new ObservedRequests();
    this.orders = new ProvisioningCommands({
      kore: life.kore(new HabitualKore(account.kore, habits, observed)),
      observed: () => observed,
      store: life.store(joined.store, world.onCommit),
      chunkSize: 2,
      reconciliation: {
        ...timing,
        now: clock.now,
        monotonic: () => clock.now() + skew,
        sleep: life.sleep,
        stopping: this.#stopping.signal,
      },
      audit: ({ results }) => {
        for (const { requestId } of results) if (requestId !== undefined) world.onAudit(requestId);
      },
      auditResolution: () => undefined,
      onRecoveryFailed: (error) => {
        if (!isOutside(error)) onDefect(error);
      },
    });
    this.recovery = this.orders.recover().catch((error: unknown) => {
      if (!isOutside(error)) onDefect(error);
    });
    void this.#takeOver(world);
  }

  static async start(world: World, part: Part): Promise<Replica> {
    const life = new Life(world.clock, part.isDeaf);
    const replica = new Replica(world, life, await world.shared.join(life), part);
    life.await(part.fates);
    return replica;
  }

  /** Ends in order: finishes what runs, and lets others go on with the rest. */
  async drain(): Promise<void> {
    this.#stopping.abort();
    await Promise.race([this.orders.idle(), this.life.ended]);
    await Promise.race([this.#joined.leave(), this.life.ended]);
    await this.life.die();
  }

  async #takeOver({ clock, onDefect }: World): Promise<void> {
    await this.recovery;
    while (!this.life.isOver && !this.#stopping.signal.aborted) {
      await clock.sleep(TAKE_OVER_EVERY);
      await this.orders.takeOver().catch((error: unknown) => {
        if (!isOutside(error)) onDefect(error);
      });
    }
  }
}

/** What is outside has failed, which is no defect. */
export const isOutside = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.every(isOutside)
    : error instanceof KoreError || error instanceof StoreUnavailable;
