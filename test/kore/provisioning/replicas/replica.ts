import { type Commit, type CommitResult, type DurableStore } from "../../../../src/common/store/durable-store.ts";
import { type Plan } from "../../../../src/kore/provisioning/command.ts";
import { ProvisioningCommands } from "../../../../src/kore/provisioning/commands.ts";
import { MINUTE } from "../fixtures.ts";
import { MemoryStore, SleepersClock, SmallKore } from "../fakes.ts";

/** Clock, KORE and store of all replicas. */
export class Shared {
  readonly clock = new SleepersClock(Date.UTC(2025, 0, 15, 9));
  readonly kore = new SmallKore(this.clock);
  readonly store = new MemoryStore();
  readonly living = new Set<string>();
}

/** A replica on the shared store. */
export class Replica {
  readonly commands: ProvisioningCommands;
  readonly failed: unknown[] = [];
  readonly stopping = new AbortController();
  patience = 0;
  /** Called before each list of keys. */
  onList: (prefix: string) => Promise<unknown> = () => Promise.resolve();
  /** Called before each read of several keys. */
  onGetMany: (keys: readonly string[]) => Promise<unknown> = () => Promise.resolve();
  /** Replaces each commit. */
  onCommit: (commit: Commit, make: () => Promise<CommitResult>) => Promise<CommitResult> = (_, make) => make();
  readonly #shared: Shared;
  readonly #name: string;
  #leases = 0;

  constructor(name: string, shared: Shared) {
    this.#shared = shared;
    this.#name = name;
    const { kore, clock } = shared;
    shared.living.add(this.id);
    this.commands = new ProvisioningCommands({
      kore: kore.api,
      store: this.#store(),
      chunkSize: 1,
      reconciliation: {
        visibilityWindow: MINUTE,
        visibilityWindowAfterTimeout: MINUTE,
        now: clock.now,
        monotonic: clock.monotonic,
        sleep: clock.sleep,
        stopping: this.stopping.signal,
      },
      audit: () => undefined,
      auditResolution: () => undefined,
      onRecoveryFailed: (error) => this.failed.push(error),
    });
  }

  get id(): string {
    return `${this.#name}${this.#leases}`;
  }

  /** Ends its lease, and starts a new one. */
  loseLease(): void {
    const { living } = this.#shared;
    living.delete(this.id);
    this.#leases += 1;
    living.add(this.id);
  }

  /** @param onPlan called before the SIMs are read */
  order(sims: string, requestKey: string | null = null, onPlan: () => Promise<unknown> = () => Promise.resolve()) {
    const command = { who: "test", accountId: "acme", verb: "suspend", requestKey, input: sims } as const;
    const plan = async (): Promise<Plan> => {
      await onPlan();
      return { sims: [...sims].map((id, place) => ({ id, iccid: null, place })), settled: [], options: {} };
    };
    return this.commands.submit(command, plan);
  }

  #store(): DurableStore {
    const { store, living } = this.#shared;
    const id = () => this.id;
    const onList = (prefix: string) => this.onList(prefix);
    const onGetMany = (keys: readonly string[]) => this.onGetMany(keys);
    const onCommit = (...call: Parameters<Replica["onCommit"]>) => this.onCommit(...call);
    const patience = () => this.patience;
    return {
      get replica() {
        return id();
      },
      get retryFor() {
        return patience();
      },
      living: () => Promise.resolve(new Set(living)),
      now: () => store.now(),
      get: (key) => store.get(key),
      async getMany(keys) {
        await onGetMany(keys);
        return store.getMany(keys);
      },
      async list(prefix, page) {
        await onList(prefix);
        return store.list(prefix, page);
      },
      listMany: (prefixes) => store.listMany(prefixes),
      removeRange: (start, end) => store.removeRange(start, end),
      changed: (keys) => store.changed(keys),
      commit(commit) {
        const copy = { ...commit, ...(commit.by && { by: { ...commit.by } }) };
        const make = (): Promise<CommitResult> =>
          copy.by && copy.by.replica !== id() ? Promise.resolve("fenced") : store.commit(copy);
        return onCommit(copy, make);
      },
    };
  }
}
