import { setTimeout } from "node:timers/promises";
import { type Reply } from "../../../support/app.ts";
import { type Caller } from "./callers.ts";
import { Violation } from "../oracle/compare.ts";
import { type Random } from "./random.ts";
import { isRunning, type Run, retryUntilDecided } from "./roles.ts";
import { type Oracle } from "../oracle/oracle.ts";

const CREATE = `mutation ($input: CreateClientInput!) { made: createClient(input: $input) {
  outcome reason secretStatus clientSecret client { id name } } }`;

interface Made {
  outcome: "DONE" | "ADOPTED" | "REJECTED" | "OUTCOME_UNKNOWN";
  reason: string | null;
  secretStatus: "SHOWN_NOW" | "ALREADY_SHOWN" | "LOST" | "NONE";
  clientSecret: string | null;
  client: { id: string; name: string } | null;
}

/** A client to create, by its unique name, and the answers about it. */
interface WantedClient {
  readonly name: string;
  made: Made | undefined;
  secret: string | undefined;
  mayBeMade: boolean;
}

const TRIES = 3;

/** Creates API clients, one after the other; repeats must not create a second one. */
export class ClientCreator {
  readonly #caller: Caller;
  readonly #random: Random;
  readonly #oracle: Oracle;
  readonly #wanted: WantedClient[] = [];

  constructor(caller: Caller, random: Random, oracle: Oracle) {
    this.#caller = caller;
    this.#random = random;
    this.#oracle = oracle;
  }

  async run(run: Run): Promise<void> {
    while (isRunning(run)) {
      await setTimeout(this.#random.integer(run.pause * 2, run.pause * 6));
      const wanted: WantedClient = {
        name: `wanted ${this.#wanted.length + 1}`,
        made: undefined,
        secret: undefined,
        mayBeMade: false,
      };
      this.#wanted.push(wanted);
      for (let tries = 0; !isDecided(wanted) && tries < TRIES && isRunning(run); tries += 1)
        await this.#create(wanted, run);
    }
  }

  /** Without faults: every creation must be decided, and no client may exist twice. */
  async verify(run: Run): Promise<void> {
    for (const wanted of this.#wanted) {
      await retryUntilDecided(
        wanted.name,
        () => isDecided(wanted),
        () => this.#create(wanted, run),
      );
      if (wanted.secret !== undefined) await this.#verifySecret(wanted, wanted.secret);
    }
  }

  async #create(wanted: WantedClient, { stats }: Run): Promise<Reply> {
    const { name } = wanted;
    const input = { name, products: ["SUPER_SIM"], requestKey: `key of ${name}` };
    const askedAt = stats.now();
    const reply = (await this.#caller.ask({ query: CREATE, variables: { input } })) as Reply<{ made: Made | null }>;
    stats.record("writes", "createClient", reply, askedAt);
    this.#record(wanted, reply.data?.made);
    return reply;
  }

  #record(wanted: WantedClient, made: Made | null | undefined): void {
    const ids = this.#idsOf(wanted);
    const actual = `${wanted.name}: ${made ? `${made.outcome} ${made.client?.id ?? ""}` : "an error"}, KORE has [${ids.join()}]`;
    const isThere = made?.outcome === "DONE" || made?.outcome === "ADOPTED";
    if (ids.length > 1) throw new Violation(actual);
    // The client may be unreadable at the moment; the outcome is certain.
    if (isThere && (ids.length !== 1 || (made.client && made.client.id !== ids[0]))) throw new Violation(actual);
    if (made?.outcome === "REJECTED") throw new Violation(`${actual}: ${made.reason ?? ""}`);
    if (!made && !wanted.mayBeMade && ids.length > 0) throw new Violation(actual);
    if (made?.outcome === "OUTCOME_UNKNOWN") wanted.mayBeMade = true;
    if ((made?.secretStatus === "SHOWN_NOW") !== (typeof made?.clientSecret === "string"))
      throw new Violation(`${actual}: ${made?.secretStatus ?? ""}`);
    if (made) wanted.made = made;
    if (typeof made?.clientSecret === "string") wanted.secret = made.clientSecret;
  }

  /** The shown secret must be valid at KORE. */
  async #verifySecret(wanted: WantedClient, secret: string): Promise<void> {
    const form = { grant_type: "client_credentials", client_id: this.#idsOf(wanted)[0] ?? "", client_secret: secret };
    const reply = await fetch(this.#oracle.kore.urls.globalToken, { method: "POST", body: new URLSearchParams(form) });
    if (reply.status !== 200) throw new Violation(`the secret of ${wanted.name} is invalid: ${reply.status}`);
  }

  #idsOf({ name }: WantedClient): string[] {
    return this.#oracle.clients.flatMap((client) => (client.name === name ? [client.id] : []));
  }
}

function isDecided({ made }: WantedClient): boolean {
  return made?.outcome === "DONE" || made?.outcome === "ADOPTED";
}
