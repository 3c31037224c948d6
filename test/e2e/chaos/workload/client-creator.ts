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

/** A client that is wanted, by a name that no other has, and what was told about it. */
interface WantedClient {
  readonly name: string;
  made: Made | undefined;
  secret: string | undefined;
  mayBeMade: boolean;
}

const TRIES = 3;

/** Makes API clients, one after another: each once, however often it has to be asked for. */
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

  /** KORE is well: everything must be decided, and nothing may be there twice. */
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
    const told = `${wanted.name}: ${made ? `${made.outcome} ${made.client?.id ?? ""}` : "an error"}, KORE has [${ids.join()}]`;
    const isThere = made?.outcome === "DONE" || made?.outcome === "ADOPTED";
    if (ids.length > 1) throw new Violation(told);
    // The client may not be readable just now; that it was made is told all the same.
    if (isThere && (ids.length !== 1 || (made.client && made.client.id !== ids[0]))) throw new Violation(told);
    if (made?.outcome === "REJECTED") throw new Violation(`${told}: ${made.reason ?? ""}`);
    if (!made && !wanted.mayBeMade && ids.length > 0) throw new Violation(told);
    if (made?.outcome === "OUTCOME_UNKNOWN") wanted.mayBeMade = true;
    if ((made?.secretStatus === "SHOWN_NOW") !== (typeof made?.clientSecret === "string"))
      throw new Violation(`${told}: ${made?.secretStatus ?? ""}`);
    if (made) wanted.made = made;
    if (typeof made?.clientSecret === "string") wanted.secret = made.clientSecret;
  }

  /** The secret that was shown is the one that KORE gave. */
  async #verifySecret(wanted: WantedClient, secret: string): Promise<void> {
    const form = { grant_type: "client_credentials", client_id: this.#idsOf(wanted)[0] ?? "", client_secret: secret };
    const reply = await fetch(this.#oracle.kore.urls.globalToken, { method: "POST", body: new URLSearchParams(form) });
    if (reply.status !== 200) throw new Violation(`the secret of ${wanted.name} opens nothing: ${reply.status}`);
  }

  #idsOf({ name }: WantedClient): string[] {
    return this.#oracle.clients.flatMap((client) => (client.name === name ? [client.id] : []));
  }
}

function isDecided({ made }: WantedClient): boolean {
  return made?.outcome === "DONE" || made?.outcome === "ADOPTED";
}
