import { setMaxListeners } from "node:events";
import { KoreError } from "../../../../src/kore/errors.ts";
import { StoreUnavailable } from "../../../../src/common/store/store-errors.ts";
import { type ReconciliationOptions } from "../../../../src/kore/idempotency/ambiguous-outcome.ts";
import { ObservedRequests } from "../../../../src/kore/provisioning/reconciliation/observed-requests.ts";
import { ProvisioningCommands } from "../../../../src/kore/provisioning/commands.ts";
import { kindOf } from "../../../../src/kore/provisioning/verbs.ts";
import { SimEndpoints } from "../../../../src/kore/sim-endpoints.ts";
import { type Joined, type Shared } from "./engines/engine.ts";
import { KoreWithBehaviour } from "./kore-behaviour.ts";
import { type KoreBehaviour, type Part } from "./history.ts";
import { Life, type OnCommit } from "./fault-schedule.ts";
import { type LoopClock } from "./loop-clock.ts";
import { type Account } from "./environment.ts";

export type Timing = Required<
  Pick<ReconciliationOptions, "visibilityWindow" | "visibilityWindowAfterTimeout" | "deadline" | "sendWithin">
>;

/** The environment of a replica. */
export interface Environment {
  account: Account;
  shared: Shared;
  clock: LoopClock;
  timing: Timing;
  behaviour: KoreBehaviour;
  onCommit: OnCommit;
  onAudit: (requestId: string) => void;
  onDefect: (error: unknown) => void;
}

/** Interval of take-overs; a second in the server. Milliseconds. */
const TAKE_OVER_EVERY = 60;

/** A process, from start to end. */
export class Replica {
  readonly life: Life;
  readonly commands: ProvisioningCommands;
  /** Resolves when its recovery has ended. */
  readonly recovery: Promise<void>;
  readonly #joined: Joined;
  readonly #stopping = new AbortController();

  private constructor(environment: Environment, life: Life, joined: Joined, { clock: skew }: Part) {
    const { account, clock, timing, behaviour, onDefect } = environment;
    this.life = life;
    this.#joined = joined;
    setMaxListeners(0, this.#stopping.signal);
    const [observed, observedEsims, none] = [new ObservedRequests(), new ObservedRequests(), new ObservedRequests()];
    const kore = new KoreWithBehaviour(account.kore, behaviour, observed);
    this.commands = new ProvisioningCommands({
      kore: life.kore(new SimEndpoints(kore, observedEsims)),
      observed: (_, verb) =>
        ({ provisioning: observed, diagnostics: observed, esim: observedEsims, record: none })[kindOf(verb)],
      store: life.store(joined.store, environment.onCommit),
      chunkSize: 2,
      reconciliation: {
        ...timing,
        now: clock.now,
        monotonic: () => clock.now() + skew,
        sleep: life.sleep,
        stopping: this.#stopping.signal,
      },
      audit: ({ results }) => {
        for (const { requestId } of results) if (requestId !== undefined) environment.onAudit(requestId);
      },
      auditResolution: () => undefined,
      onRecoveryFailed: (error) => {
        if (!isOutside(error)) onDefect(error);
      },
    });
    this.recovery = this.commands.recover().catch((error: unknown) => {
      if (!isOutside(error)) onDefect(error);
    });
    void this.#takeOver(environment);
  }

  static async start(environment: Environment, part: Part): Promise<Replica> {
    const life = new Life(environment.clock, part.hasNoNotifications);
    const replica = new Replica(environment, life, await environment.shared.join(life), part);
    life.await(part.fates);
    return replica;
  }

  /** Stops orderly: finishes running commands, and leaves the rest to other replicas. */
  async drain(): Promise<void> {
    this.#stopping.abort();
    await Promise.race([this.commands.idle(), this.life.ended]);
    await Promise.race([this.#joined.leave(), this.life.ended]);
    await this.life.die();
  }

  async #takeOver({ clock, onDefect }: Environment): Promise<void> {
    await this.recovery;
    while (!this.life.isOver && !this.#stopping.signal.aborted) {
      await clock.sleep(TAKE_OVER_EVERY);
      await this.commands.takeOver().catch((error: unknown) => {
        if (!isOutside(error)) onDefect(error);
      });
    }
  }
}

/** Expected failures of the environment. */
export const isOutside = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.every(isOutside)
    : error instanceof KoreError || error instanceof StoreUnavailable;
