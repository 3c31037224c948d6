import { expect, test } from "vitest";
import { ConnectivityApi } from "../../../src/kore/api/connectivity.ts";
import { type Api } from "../../../src/kore/api/request-builder.ts";
import { type CostCenterResult } from "../../../src/kore/cost-centers/result.ts";
import { CostCenterWrites } from "../../../src/kore/cost-centers/writes.ts";
import { KoreError } from "../../../src/kore/errors.ts";
import { RequestKeyReused } from "../../../src/kore/idempotency/single-flight.ts";
import { Random } from "../../e2e/chaos/workload/random.ts";
import { LossyWrites } from "../lossy-writes.ts";
import { MemoryStore, SleepersClock } from "../provisioning/fakes.ts";

const HISTORIES = 150;
const STEPS = 12;
const NAMES = ["Air", "Rail", "Road"] as const;
const KEYS = ["one", "two", null] as const;
/** Names that the first cost center gets. */
const NEW_NAMES = ["North", "South"] as const;
const FIRST = "100";
/** Milliseconds. */
const VISIBLE_WITHIN = 9_000;
const WINDOW = 10_000;

/** Cost centers at KORE: the key, all names in turn, and when the list shows it. */
interface Held {
  key: string;
  names: string[];
  visibleAt: number;
}

class History {
  readonly held: Held[] = [{ key: FIRST, names: ["First"], visibleAt: 0 }];
  readonly answers: { name: string; result: CostCenterResult }[] = [];
  /** Calls of `rename`, and PUTs. */
  readonly renames = { wanted: 0, sent: 0 };
  readonly #random: Random;
  readonly #writes: LossyWrites;
  readonly #clock = new SleepersClock(Date.UTC(2025, 0, 15, 9));
  readonly #store = new MemoryStore();
  #process = this.#start();

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#writes = new LossyWrites(this.#random);
  }

  readonly #api: Api = {
    get: async () => {
      await Promise.resolve();
      if (this.#random.chance(0.1)) throw new KoreError("unavailable", "no list", { operation: "GET", status: 503 });
      const shown = this.held.filter(({ visibleAt }) => visibleAt <= this.#clock.time);
      return shown.map(({ key, names }) => ({ "cost-center-pk": key, "cost-center-name": names.at(-1) }));
    },
    write: async (method, { beforeSending }, body) => {
      await beforeSending?.();
      const { "cost-center-name": name = "", "cost-center-pk": key } = body as Record<string, string | undefined>;
      if (method === "PUT") this.renames.sent += 1;
      const make = () => (method === "PUT" ? this.#rename(key, name) : this.#create(name));
      return this.#writes.answer(make).answer();
    },
  };

  #create(name: string): unknown {
    const visibleAt = this.#clock.time + this.#random.integer(0, VISIBLE_WITHIN);
    const key = String(100 + this.held.length);
    this.held.push({ key, names: [name], visibleAt });
    return { "cost-center-pk": key, "cost-center-name": name };
  }

  #rename(key: string | undefined, name: string): unknown {
    this.held.find((each) => each.key === key)?.names.push(name);
    return { "cost-center-pk": key, "cost-center-name": name };
  }

  #start(): CostCenterWrites {
    this.#store.restart();
    this.#store.now = this.#clock.now;
    const { now, monotonic, sleep } = this.#clock;
    return new CostCenterWrites({
      kore: new ConnectivityApi(this.#api),
      store: this.#store,
      reconciliation: { visibilityWindow: WINDOW, visibilityWindowAfterTimeout: WINDOW, now, monotonic, sleep },
      audit: () => undefined,
      onRecoveryFailed: (error) => expect.fail(String(error)),
      onNotKept: (error) => expect.fail(String(error)),
    });
  }

  async step(): Promise<void> {
    if (this.#random.chance(0.25)) return this.#restart();
    const submit = this.#random.chance(0.6) ? this.#creation() : this.#renaming();
    const writes = [submit(), ...(this.#random.chance(0.33) ? [submit()] : [])];
    if (!(await this.#writes.end(writes, this.#clock))) await this.#restart(); // The process ends meanwhile.
  }

  async #restart(): Promise<void> {
    this.#process = this.#start();
    await this.#process.recover();
    await this.#process.takeOver();
  }

  #creation(): () => Promise<void> {
    const [name, requestKey] = [this.#random.pick(NAMES), this.#random.pick(KEYS)];
    return () => this.#submit(name, () => this.#process.create({ accountId: "acme", name, requestKey }, this.#context));
  }

  #renaming(): () => Promise<void> {
    const renaming = { accountId: "acme", key: FIRST, name: this.#random.pick(NEW_NAMES), isDryRun: false };
    return () => {
      this.renames.wanted += 1;
      return this.#submit(renaming.name, () => this.#process.rename(renaming, this.#context));
    };
  }

  async #submit(name: string, write: () => Promise<CostCenterResult>): Promise<void> {
    try {
      this.answers.push({ name, result: await write() });
    } catch (error) {
      if (!(error instanceof KoreError || error instanceof RequestKeyReused)) throw error;
    }
  }

  get #context() {
    return { who: "ops", kore: new ConnectivityApi(this.#api), requestId: "r" };
  }

  check(): void {
    for (const name of NAMES) expect(this.held.filter(({ names }) => names[0] === name).length).toBeLessThan(2);
    expect(this.renames.sent).toBeLessThanOrEqual(this.renames.wanted);
    for (const { name, result } of this.answers) {
      if (result.outcome !== "DONE" && result.outcome !== "ADOPTED") continue;
      expect(this.held.find(({ key }) => key === result.key)?.names).toContain(name);
    }
  }
}

test("no history of crashes, lost replies and repetitions creates a cost center twice or repeats a renaming", async () => {
  for (let seed = 1; seed <= HISTORIES; seed += 1) {
    const history = new History(seed);
    for (let step = 0; step < STEPS; step += 1) await history.step();
    history.check();
  }
});
