import { type Simulator } from "../../src/simulator/index.ts";
import { TRANSPORTS } from "../support/live/callers.ts";
import { type Lost, ask, wait } from "../support/fleet/fleet-environment.ts";
import { type Reply } from "../support/app.ts";

const READ = 'query ($iccid: ICCID!) { subscription(accountId: "acme", iccid: $iccid) { iccid state } }';
const ORDER = `mutation ($input: SuspendSubscriptionsInput!) { order: suspendSubscriptions(input: $input) {
  results { iccid outcome reason request { id } } } }`;
const WATCH = `subscription ($id: ID!) { provisioningRequestUpdated(accountId: "acme", id: $id) { id status } }`;

interface Result {
  iccid: string;
  outcome: string;
  reason: string | null;
  request: { id: string } | null;
}
interface Order {
  order: { results: Result[] } | null;
}

/** An order of SIMs that no other order names. */
export interface PlacedOrder {
  iccids: readonly string[];
  requestKey: string | null;
  /** By ICCID: ids of KORE's requests in the answers. */
  acknowledged: Map<string, Set<string>>;
}

/** Callers that read and order until `stop()`. Counts their answers. */
export class Load {
  readonly orders: PlacedOrder[] = [];
  /** By kind of operation and outcome: "ok", an error code, or how the connection was lost. */
  readonly counts = new Map<string, number>();
  /** Answers that no caller may see: an error without a code, or a defect of ours. */
  readonly defects: unknown[] = [];
  watchers = 0;
  watchedToTheEnd = 0;
  #iccids: string[];
  #isOver = false;
  readonly #url: string;

  constructor(url: string, kore: Simulator) {
    this.#url = url;
    this.#iccids = kore.iccids("acme");
  }

  /** Resolves when all callers have been answered after a stop. */
  async run(): Promise<void> {
    const readers = Array.from({ length: 3 }, (_, n) => this.#read(n));
    const writers = Array.from({ length: 4 }, (_, n) => this.#write(n));
    await Promise.all([...readers, ...writers]);
  }

  stop(): void {
    this.#isOver = true;
  }

  count(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** Sends an order until each of its SIMs is written. */
  async decide(order: PlacedOrder): Promise<boolean> {
    for (let times = 0; times < 40; times += 1) {
      const results = await this.#send(order);
      if (results?.every(({ outcome }) => outcome === "SUBMITTED")) return true;
      await wait(500);
    }
    return false;
  }

  async #read(n: number): Promise<void> {
    for (let times = 0; !this.#isOver; times += 1) {
      const iccid = this.#iccids[(n + times * 7) % 50];
      this.#note("read", await ask(this.#url, READ, { iccid }, 15_000));
      await wait(30);
    }
  }

  async #write(n: number): Promise<void> {
    for (let times = 0; !this.#isOver; times += 1) {
      const size = times % 4 === 3 ? 6 : 1;
      const requestKey = (n + times) % 3 === 0 ? null : `order-${this.orders.length}`;
      const order: PlacedOrder = { iccids: this.#iccids.splice(-size), requestKey, acknowledged: new Map() };
      this.orders.push(order);
      const first = this.#send(order);
      if (requestKey !== null) {
        // The next connection is another replica's.
        await Promise.race([first, wait(250)]);
        await this.#send(order);
      }
      const results = await first;
      const id = results?.find(({ request }) => request)?.request?.id;
      if (id !== undefined && times % 5 === 0) this.#watch(id);
      await wait(40);
    }
  }

  #watch(id: string): void {
    const [, stream] = TRANSPORTS;
    this.watchers += 1;
    const caller = stream?.call(this.#url, { query: WATCH, variables: { id } });
    void caller?.ended.then((how) => {
      if (how === "complete") this.watchedToTheEnd += 1;
      for (const reply of caller.results) this.#note("watch", reply);
    });
  }

  async #send({ iccids, requestKey, acknowledged }: PlacedOrder): Promise<Result[] | undefined> {
    const input = { accountId: "acme", subscriptions: iccids.map((iccid) => ({ iccid })), requestKey };
    const reply = await ask<Order>(this.#url, ORDER, { input });
    this.#note("order", reply);
    if ("lost" in reply) return undefined;
    const results = reply.data?.order?.results;
    for (const { iccid, outcome, reason, request } of results ?? []) {
      this.#add(`SIM ${outcome}${reason === null ? "" : ` ${reason}`}`);
      if (request) acknowledged.set(iccid, (acknowledged.get(iccid) ?? new Set()).add(request.id));
    }
    return results;
  }

  #note(kind: string, reply: Reply<unknown> | Lost): void {
    if ("lost" in reply) {
      this.#add(`${kind} lost: ${reply.lost}`);
      return;
    }
    for (const error of reply.errors ?? []) {
      const { code } = error.extensions as { code?: string };
      this.#add(`${kind} ${code ?? "without a code"}`);
      if (code === undefined || code.startsWith("INTERNAL")) this.defects.push(reply);
    }
    if (!reply.errors) this.#add(`${kind} ok`);
  }

  #add(what: string): void {
    this.counts.set(what, this.count(what) + 1);
  }
}
