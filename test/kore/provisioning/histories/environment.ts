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
  sims: readonly { id: string; iccid: string; eid: string }[];
  activationProfileId: string;
  /** Another account, of many, for a transfer: it marks the command. */
  destination(plan: number): string;
  /** KORE's requests, each with the mark of its command. */
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
      accounts: Object.fromEntries(
        names.map((name) => [name, { sims: SIMS * USES, states: "Active" as const, esims: "all" as const }]),
      ),
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
      // A killed replica never releases its permits.
      rateLimit: { rate: 100_000, concurrency: 100_000, queue: 100_000 },
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
      .map((iccid) => {
        const { subscriptionId = "", eid } = simulator.sim(id, iccid) ?? {};
        return { iccid, id: subscriptionId, eid: eid ?? "" };
      });
    // An activation profile's number follows from its account's position.
    const [, profile = "", base = "0"] = /^(.*-)(\d+)$/.exec(simulator.examples.activationProfileId) ?? [];
    const path = `/connectivity/v1/accounts/${id}`;
    const [requests, esimRequests] = [`${path}/provisioning-requests`, `${path}/esim-profile-switch-requests`];
    const disarm: (() => void)[] = [];
    const endSlowness: Partial<Record<string, () => void>> = {};
    return {
      id,
      folder: join(this.#folder, String(use)),
      destination: (plan) => `account-${(use + 1 + (plan % (ACCOUNTS - 1))) % ACCOUNTS}`,
      kore: this.#kore.session().connectivity,
      sims,
      activationProfileId: `${profile}${Number(base) + 100 * (use % ACCOUNTS)}`,
      held: () =>
        [
          ...simulator.provisioningRequests(id).map(toHeld),
          ...simulator.esimRequests(id).map(toHeldSwitch),
          ...simulator.subscriptionRequests(id).map(toHeldChange),
        ].filter((held) => sims.some((sim) => held.sims.includes(sim.id) || held.sims.includes(sim.eid))),
      trouble(on, fault) {
        const isSlow = fault.effect === "latency";
        if (isSlow) endSlowness[on]?.(); // Delays add up, and KORE must not exceed the visibility window.
        const method = on === "POST" ? "POST" : "GET";
        const of = (list: string, post: string) => (on === "POST" ? post : on === "detail" ? `${list}/*` : list);
        const ofRecords = `${path}/subscription-requests${on === "POST" ? "**" : "/*"}`;
        const paths = [of(requests, `${requests}/*`), of(esimRequests, esimRequests)];
        if (on !== "list") paths.push(ofRecords); // KORE publishes no list of these.
        const ends = paths.map((where) => simulator.faults.add({ ...fault, method, path: where }));
        const end = () => ends.forEach((stop) => stop());
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

function toHeldSwitch({ id, input, esims, createdAt }: ReturnType<Simulator["esimRequests"]>[number]): Held {
  return {
    id,
    verb: "esim-switch",
    mark: input.sku ?? "",
    sims: esims.map(({ eid }) => eid),
    createdAt: createdAt.getTime(),
    isFinished: esims.every(({ status }) => ["Completed", "Failed", "Cancelled"].includes(status)),
  };
}

interface ChangeBody {
  "subscription-request"?: {
    subscriptions: {
      "subscription-id": string;
      "destination-account-id"?: string;
      "additional-fields"?: { key: string; value: string }[];
    }[];
  };
}

function toHeldChange({ id, part, body, status }: ReturnType<Simulator["subscriptionRequests"]>[number]): Held {
  const { subscriptions = [] } = (body as ChangeBody)["subscription-request"] ?? {};
  const [first] = subscriptions;
  return {
    id,
    verb: part,
    mark: first?.["destination-account-id"] ?? first?.["additional-fields"]?.[0]?.value ?? "",
    sims: subscriptions.map((sim) => sim["subscription-id"]),
    createdAt: 0,
    isFinished: status === "Completed" || status === "Failed",
  };
}
