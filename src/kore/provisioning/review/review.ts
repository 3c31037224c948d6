import { StoreUnavailable } from "../../../common/store-errors.ts";
import { type Work } from "../ledger/ledger.ts";
import { type ProvisioningCommand, type PlacedSim, type Plan, placed } from "../command.ts";
import { type ConflictingCommands } from "./conflicting-commands.ts";
import { type Reviewed, type UnfinishedCommands } from "./unfinished-commands.ts";

/** A plan after a look at the ledger. `held`: SIMs with an earlier order in doubt, or not known to be finished though everything depends on it. */
type WithHeld = Omit<Reviewed, "unclear"> & { held: PlacedSim[] };

/** Looks at what other intents mean for a plan. */
export class Review {
  readonly #conflicting: ConflictingCommands;
  readonly #unfinished: UnfinishedCommands;

  constructor(rivals: ConflictingCommands, unfinished: UnfinishedCommands) {
    this.#conflicting = rivals;
    this.#unfinished = unfinished;
  }

  /** Looks for earlier writes in doubt once more. @param own the intent that the plan is for, once it is kept */
  async of(
    intent: Pick<ProvisioningCommand, "accountId" | "verb">,
    plan: Plan,
    replan: () => Promise<Plan>,
    own?: Work,
  ): Promise<WithHeld> {
    return this.#review(
      await this.#conflicting.stillReserved(intent.accountId, plan.sims, own),
      intent,
      plan,
      replan,
      own,
    );
  }

  /** The same as far as the ledger shows; while it cannot be read, by the SIMs' states alone. */
  async dryRun(
    intent: Pick<ProvisioningCommand, "accountId" | "verb">,
    plan: Plan,
    replan: () => Promise<Plan>,
  ): Promise<WithHeld> {
    try {
      return await this.#review(
        await this.#conflicting.ambiguousSims(intent.accountId, plan.sims),
        intent,
        plan,
        replan,
      );
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      const { sims, settled, options } = this.#unfinished.reviewByState(plan);
      return { sims, settled, options, held: [] };
    }
  }

  async #review(
    doubtful: ReadonlySet<string>,
    intent: Pick<ProvisioningCommand, "accountId" | "verb">,
    plan: Plan,
    replan: () => Promise<Plan>,
    own?: Work,
  ): Promise<WithHeld> {
    const certain = ({ sims, ...rest }: Plan): Plan => ({ ...rest, sims: sims.filter(({ id }) => !doubtful.has(id)) });
    const again = async () => certain(await replan());
    const { unclear, ...reviewed } = await this.#unfinished.review(intent, certain(plan), again, own?.entry);
    const held = plan.sims.filter(({ id }) => doubtful.has(id)).map(placed);
    return { ...reviewed, held: [...held, ...unclear] };
  }
}
