import { randomBytes } from "node:crypto";
import { type ApiClient, type ClientSettings } from "./client.ts";

export interface NewClient extends ClientSettings {
  readonly accountId: string;
  readonly owner: string;
  readonly locked: boolean | null;
}

type Change = Partial<ClientSettings & Pick<ApiClient, "owner" | "locked" | "enabled">>;

/** All API clients: the seeds, then what was created since. KORE does not say in which order it lists them. */
export class Clients {
  readonly #byId: Map<string, ApiClient>;
  #made = 0;

  constructor(seeds: readonly ApiClient[]) {
    this.#byId = new Map(seeds.map((client) => [client.id, client]));
  }

  all(): ApiClient[] {
    return [...this.#byId.values()];
  }

  get(id: string): ApiClient | null {
    return this.#byId.get(id) ?? null;
  }

  /** KORE has no idempotency key: every call is one more client, whatever its name. */
  create(client: NewClient, now: number, deadTokens: number): ApiClient {
    const id = `apiclient_01j8new${String(++this.#made).padStart(5, "0")}x4t2`;
    return this.#keep({ ...client, id, secret: newSecret(), enabled: true, createdAt: now, deadTokens });
  }

  change(client: ApiClient, change: Change): ApiClient {
    return this.#keep({ ...client, ...change });
  }

  /** The id stays; the old secret and the tokens up to `deadTokens` are worth nothing. */
  renewKey(client: ApiClient, deadTokens: number): ApiClient {
    return this.#keep({ ...client, secret: newSecret(), deadTokens });
  }

  delete({ id }: ApiClient): void {
    this.#byId.delete(id);
  }

  #keep(client: ApiClient): ApiClient {
    this.#byId.set(client.id, client);
    return client;
  }
}

/** Drawn anew each time, unlike all else in the world: a secret that could be worked out would be none. */
function newSecret(): string {
  return randomBytes(24).toString("hex");
}
