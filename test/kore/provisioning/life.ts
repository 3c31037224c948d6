import { randomUUID } from "node:crypto";
import { ConnectivityApi, type ProvisioningBody, type ProvisioningVerb } from "../../../src/kore/connectivity.ts";
import { type DurableStore } from "../../../src/common/durable-store.ts";

export const STORE_FAILURE = "The disk is full";

/** What happens at one operation of a port, counted from the start of the life. */
export interface Fate {
  at: number;
  /**
   * The process is killed before the operation takes effect, while it is under way, or when it is done and nobody has
   * heard of it; or the operation fails and the process lives on (of the store only: KORE's failures are KORE's).
   */
  how: "killed before" | "killed during" | "killed after" | "store fails";
}

/**
 * The life of a process: whatever it does to the world passes through here. Once it is dead nothing that it begins
 * has any effect, and nothing that it has begun is ever answered.
 */
export class Life {
  readonly ended: Promise<void>;
  readonly #fate: Fate | null;
  readonly #replica = randomUUID();
  readonly #underWay = new Set<Promise<unknown>>();
  #end: () => void = () => undefined;
  #isOver = false;
  #operations = 0;

  constructor(fate: Fate | null) {
    this.#fate = fate;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Dies now, whatever its fate was. What the store has begun is done or not when this resolves. */
  async die(): Promise<void> {
    this.#isOver = true;
    this.#end();
    await Promise.allSettled(this.#underWay);
  }

  store(store: DurableStore): DurableStore {
    const through = <T>(work: () => Promise<T>): Promise<T> =>
      this.#do(() => {
        const done = work();
        this.#underWay.add(done);
        void done.finally(() => this.#underWay.delete(done)).catch(() => undefined);
        return done;
      }, true);
    return {
      replica: this.#replica,
      patience: 0,
      living: () => Promise.resolve(new Set([this.#replica])),
      now: () => store.now(),
      changed: (keys, patience) => store.changed(keys, patience),
      get: (key) => through(() => store.get(key)),
      getMany: (keys) => through(() => store.getMany(keys)),
      list: (prefix, page) => through(() => store.list(prefix, page)),
      removeRange: (start, end) => through(() => store.removeRange(start, end)),
      listMany: (prefixes) => through(() => store.listMany(prefixes)),
      commit: (commit) => through(() => store.commit(commit)),
    };
  }

  kore(kore: ConnectivityApi): ConnectivityApi {
    return new MortalKore(kore, (work) => this.#do(work, false));
  }

  async #do<T>(work: () => Promise<T>, isStore: boolean): Promise<T> {
    if (this.#hasEnded()) return never();
    this.#operations += 1;
    const how = this.#operations === this.#fate?.at ? this.#fate.how : undefined;
    if (how === "store fails" && isStore) throw new Error(STORE_FAILURE);
    if (how === "killed before") return this.#perish();
    const done = work();
    if (how === "killed during") {
      done.catch(() => undefined);
      return this.#perish();
    }
    await Promise.allSettled([done]);
    if (how === "killed after") return this.#perish();
    return this.#hasEnded() ? never() : done;
  }

  #hasEnded(): boolean {
    return this.#isOver;
  }

  #perish(): Promise<never> {
    this.#isOver = true;
    this.#end();
    return never();
  }
}

class MortalKore extends ConnectivityApi {
  readonly #kore: ConnectivityApi;
  readonly #through: <T>(work: () => Promise<T>) => Promise<T>;

  constructor(kore: ConnectivityApi, through: <T>(work: () => Promise<T>) => Promise<T>) {
    super({ get: never, write: never });
    this.#kore = kore;
    this.#through = through;
  }

  override provisioningRequests(...call: Parameters<ConnectivityApi["provisioningRequests"]>) {
    return this.#through(() => this.#kore.provisioningRequests(...call));
  }

  override provisioningRequest(...call: Parameters<ConnectivityApi["provisioningRequest"]>) {
    return this.#through(() => this.#kore.provisioningRequest(...call));
  }

  override provision<V extends ProvisioningVerb>(
    accountId: string,
    verb: V,
    order: ProvisioningBody<V>,
    beforeSending?: () => Promise<void>,
  ) {
    return this.#through(() => this.#kore.provision(accountId, verb, order, beforeSending));
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
