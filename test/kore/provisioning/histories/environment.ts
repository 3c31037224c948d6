import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kore, createKore } from "../../../../src/kore/client.ts";
import { type ConnectivityApi } from "../../../../src/kore/api/connectivity.ts";
import { credentialSet } from "../../../../src/kore/auth/credential-set.ts";
import { type Fault, type Simulator, startSimulator } from "../../../../src/simulator/index.ts";
import { SIMS } from "./history.ts";

/** Number of accounts. An account is reused, with other SIMs, when all have been used. */
const ACCOUNTS = 1000;
const USES = 20;

/** An account of the simulated KORE for one history. */
export interface Account {
  id: string;
  folder: string;
  kore: ConnectivityApi;
  sims: readonly { id: string; iccid: string }[];
  /** KORE's requests, each with the address from its command. */
  held(): Held[];
  trouble(on: "POST" | "list" | "detail", fault: Fault): void;
  /** Ends all faults of KORE's. */
  calm(): void;
}

interface Held {
  id: string;
  verb: string;
  mark: string;
  sims: string[];
  createdAt: number;
  isFinished: boolean;
}

/** A simulated KORE with many accounts, so that histories can run concurrently. */
export class Stage {
  readonly #simulator: Simulator;
  readonly #kore: Kore;
  readonly #folder: string;
  #used = 0;

  private constructor(simulator: Simulator, kore: Kore, folder: string) {
    this.#simulator = simulator;
    this.#kore = kore;
    this.#folder = folder;
  }

  static async open(deadline: number): Promise<Stage> {
    const names = Array.from({ length: ACCOUNTS }, (_, n) => `account-${n}`);
    const simulator = await startSimulator({
      clock: "real",
      accounts: Object.fromEntries(names.map((name) => [name, { sims: SIMS * USES, esims: "none" as const }])),
      provisioning: { pendingAfterMs: 5, completedAfterMs: 300 },
    });
    const { urls, credentials } = simulator;
    const kore = createKore({
      connectivityUrl: urls.connectivity,
      connectivityTokenUrl: urls.connectivityToken,
      clientsUrl: urls.clients,
      globalTokenUrl: urls.globalToken,
      credentials: [credentialSet(credentials)],
      deadline,
      connections: 128,
      rateLimit: { rate: 100_000, concurrency: 128, queue: 100_000 },
      // Histories share the host, so faults must not affect other accounts.
      breaker: { threshold: 0.99, size: 100_000, minimumNumberOfCalls: 100_000 },
    });
    return new Stage(simulator, kore, await mkdtemp(join(tmpdir(), "kore-graph-histories-")));
  }

  account(): Account {
    const simulator = this.#simulator;
    const use = this.#used++;
    const id = `account-${use % ACCOUNTS}`;
    const place = Math.floor(use / ACCOUNTS) * SIMS;
    const sims = simulator
      .iccids(id)
      .slice(place, place + SIMS)
      .map((iccid) => ({ iccid, id: simulator.sim(id, iccid)?.subscriptionId ?? "" }));
    const path = `/connectivity/v1/accounts/${id}/provisioning-requests`;
    const disarm: (() => void)[] = [];
    const endSlowness: Partial<Record<string, () => void>> = {};
    return {
      id,
      folder: join(this.#folder, String(use)),
      kore: this.#kore.session().connectivity,
      sims,
      held: () =>
        simulator
          .provisioningRequests(id)
          .map(toHeld)
          .filter((held) => sims.some((sim) => held.sims.includes(sim.id))),
      trouble(on, fault) {
        const where = on === "POST" ? { method: "POST", path: `${path}/*` } : { method: "GET", path };
        const isSlow = fault.effect === "latency";
        if (isSlow) endSlowness[on]?.(); // Delays add up, and KORE must not exceed the visibility window.
        const end = simulator.faults.add({ ...fault, ...where, ...(on === "detail" && { path: `${path}/*` }) });
        if (isSlow) endSlowness[on] = end;
        disarm.push(end);
      },
      calm: () => disarm.splice(0).forEach((stop) => stop()),
    };
  }

  async close(): Promise<void> {
    await this.#kore.close();
    await this.#simulator.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function toHeld({
  id,
  body,
  subscriptions,
  createdAt,
  status,
}: ReturnType<Simulator["provisioningRequests"]>[number]): Held {
  const [[verb, order] = ["", {}]] = Object.entries(body as Record<string, { "mail-to"?: string }>);
  return {
    id,
    verb,
    mark: order["mail-to"] ?? "",
    sims: subscriptions.map((sim) => sim.subscriptionId),
    createdAt: createdAt.getTime(),
    isFinished: status === "completed" || status === "failed",
  };
}
