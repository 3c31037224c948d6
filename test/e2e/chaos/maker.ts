import { setTimeout } from "node:timers/promises";
import { type Reply } from "../../support/app.ts";
import { type Caller } from "./callers.ts";
import { Lie } from "./compare.ts";
import { type Dice } from "./dice.ts";
import { goesOn, type Stage, untilDecided } from "./roles.ts";
import { type Truth } from "./truth.ts";

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
interface Wanted {
  readonly name: string;
  made: Made | undefined;
  secret: string | undefined;
  mayBeMade: boolean;
}

const TRIES = 3;

/** Makes API clients, one after another: each once, however often it has to be asked for. */
export class Maker {
  readonly #caller: Caller;
  readonly #dice: Dice;
  readonly #truth: Truth;
  readonly #wanted: Wanted[] = [];

  constructor(caller: Caller, dice: Dice, truth: Truth) {
    this.#caller = caller;
    this.#dice = dice;
    this.#truth = truth;
  }

  async make(stage: Stage): Promise<void> {
    while (goesOn(stage)) {
      await setTimeout(this.#dice.whole(stage.pause * 2, stage.pause * 6));
      const wanted: Wanted = {
        name: `wanted ${this.#wanted.length + 1}`,
        made: undefined,
        secret: undefined,
        mayBeMade: false,
      };
      this.#wanted.push(wanted);
      for (let tries = 0; !isDecided(wanted) && tries < TRIES && goesOn(stage); tries += 1)
        await this.#ask(wanted, stage);
    }
  }

  /** KORE is well: everything must be decided, and nothing may be there twice. */
  async reckon(stage: Stage): Promise<void> {
    for (const wanted of this.#wanted) {
      await untilDecided(
        wanted.name,
        () => isDecided(wanted),
        () => this.#ask(wanted, stage),
      );
      if (wanted.secret !== undefined) await this.#isKey(wanted, wanted.secret);
    }
  }

  async #ask(wanted: Wanted, { tally }: Stage): Promise<Reply> {
    const { name } = wanted;
    const input = { name, products: ["SUPER_SIM"], requestKey: `key of ${name}` };
    const askedAt = tally.now();
    const reply = (await this.#caller.ask({ query: CREATE, variables: { input } })) as Reply<{ made: Made | null }>;
    tally.hear("writes", "createClient", reply, askedAt);
    this.#hear(wanted, reply.data?.made);
    return reply;
  }

  #hear(wanted: Wanted, made: Made | null | undefined): void {
    const ids = this.#idsOf(wanted);
    const told = `${wanted.name}: ${made ? `${made.outcome} ${made.client?.id ?? ""}` : "an error"}, KORE has [${ids.join()}]`;
    const isThere = made?.outcome === "DONE" || made?.outcome === "ADOPTED";
    if (ids.length > 1) throw new Lie(told);
    // The client may not be readable just now; that it was made is told all the same.
    if (isThere && (ids.length !== 1 || (made.client && made.client.id !== ids[0]))) throw new Lie(told);
    if (made?.outcome === "REJECTED") throw new Lie(`${told}: ${made.reason ?? ""}`);
    if (!made && !wanted.mayBeMade && ids.length > 0) throw new Lie(told);
    if (made?.outcome === "OUTCOME_UNKNOWN") wanted.mayBeMade = true;
    if ((made?.secretStatus === "SHOWN_NOW") !== (typeof made?.clientSecret === "string"))
      throw new Lie(`${told}: ${made?.secretStatus ?? ""}`);
    if (made) wanted.made = made;
    if (typeof made?.clientSecret === "string") wanted.secret = made.clientSecret;
  }

  /** The secret that was shown is the one that KORE gave. */
  async #isKey(wanted: Wanted, secret: string): Promise<void> {
    const form = { grant_type: "client_credentials", client_id: this.#idsOf(wanted)[0] ?? "", client_secret: secret };
    const reply = await fetch(this.#truth.kore.urls.globalToken, { method: "POST", body: new URLSearchParams(form) });
    if (reply.status !== 200) throw new Lie(`the secret of ${wanted.name} opens nothing: ${reply.status}`);
  }

  #idsOf({ name }: Wanted): string[] {
    return this.#truth.clients.flatMap((client) => (client.name === name ? [client.id] : []));
  }
}

function isDecided({ made }: Wanted): boolean {
  return made?.outcome === "DONE" || made?.outcome === "ADOPTED";
}
