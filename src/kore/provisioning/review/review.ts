import { StoreUnavailable } from "../../../common/store/store-errors.ts";
import { type Work } from "../ledger/ledger.ts";
import { type Entry } from "../ledger/records.ts";
import { type ProvisioningCommand, type PlacedSim, type Plan, changedBy, placed } from "../command.ts";
import { type ConflictingCommands } from "./conflicting-commands.ts";
import { type UnfinishedCommands } from "./unfinished-commands.ts";
import { type Reviewed } from "./verdicts.ts";

/** A plan after the review. `held`: SIMs with an earlier command whose outcome, or end, is unknown. */
type WithHeld = Omit<Reviewed, "unclear"> & { held: PlacedSim[] };

type Command = Pick<ProvisioningCommand, "accountId" | "verb">;

interface ReviewOptions {
  plan: Plan;
  replan: () => Promise<Plan>;
  /** SIMs and eSIMs that an earlier command with an ambiguous outcome may have changed. See `changedBy`. */
  ambiguous: ReadonlySet<string>;
  own?: Work | undefined;
}

/** Reviews a plan against other commands in the ledger. */
export class Review {
  readonly #conflicting: ConflictingCommands;
  readonly #unfinished: UnfinishedCommands;

  constructor(rivals: ConflictingCommands, unfinished: UnfinishedCommands) {
    this.#conflicting = rivals;
    this.#unfinished = unfinished;
  }

  /** Reconciles earlier ambiguous outcomes first. @param own the command of the plan, once it is recorded */
  async of(command: Command, plan: Plan, replan: () => Promise<Plan>, own?: Work): Promise<WithHeld> {
    const ambiguous = await this.#conflicting.stillReserved(command, plan.sims, own);
    return this.#review(command, { plan, replan, ambiguous, own });
  }

  /** Reads the ledger without reconciling; while the store is unavailable, reviews by the SIMs' states alone. */
  async dryRun(command: Command, plan: Plan, replan: () => Promise<Plan>): Promise<WithHeld> {
    try {
      const ambiguous = await this.#conflicting.ambiguousSims(command, plan.sims);
      return await this.#review(command, { plan, replan, ambiguous });
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      const { sims, settled, options } = this.#unfinished.reviewByState(command, plan);
      return { sims, settled, options, held: [] };
    }
  }

  /** Of open SIMs of a command, those with an unfinished write that excludes it, by the ledger. */
  excluded(command: Entry, sims: readonly PlacedSim[]): Promise<ReadonlySet<string>> {
    return this.#unfinished.excluded(command, sims);
  }

  async #review(command: Command, { plan, replan, ambiguous, own }: ReviewOptions): Promise<WithHeld> {
    const isHeld = (sim: PlacedSim) => changedBy(sim).some((name) => ambiguous.has(name));
    const certain = ({ sims, ...rest }: Plan): Plan => ({ ...rest, sims: sims.filter((sim) => !isHeld(sim)) });
    const replanCertain = async () => certain(await replan());
    const { unclear, ...reviewed } = await this.#unfinished.review(command, certain(plan), replanCertain, own?.entry);
    const held = plan.sims.filter(isHeld).map(placed);
    return { ...reviewed, held: [...held, ...unclear] };
  }
}
