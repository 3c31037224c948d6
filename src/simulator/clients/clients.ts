import { randomBytes } from "node:crypto";
import { type ApiClient, type ClientSettings } from "./client.ts";

export interface NewClient extends ClientSettings {
  readonly accountId: string;
  readonly owner: string;
  readonly locked: boolean | null;
}

type Change = Partial<ClientSettings & Pick<ApiClient, "owner" | "locked" | "enabled">>;

/** All API clients: the seeded ones, then those created since. KORE does not state the order of its list. */
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
  create(client: NewClient, now: number, revokedTokens: number): ApiClient {
    const id = `apiclient_01j8new${String(++this.#made).padStart(5, "0")}x4t2`;
    return this.#keep({ ...client, id, secret: newSecret(), enabled: true, createdAt: now, revokedTokens });
  }

  change(client: ApiClient, change: Change): ApiClient {
    return this.#keep({ ...client, ...change });
  }

  /** The id stays; the old secret and the tokens up to `revokedTokens` are invalid. */
  renewKey(client: ApiClient, revokedTokens: number): ApiClient {
    return this.#keep({ ...client, secret: newSecret(), revokedTokens });
  }

  delete({ id }: ApiClient): void {
    this.#byId.delete(id);
  }

  #keep(client: ApiClient): ApiClient {
    this.#byId.set(client.id, client);
    return client;
  }
}

/** Random, unlike all other fixtures: a predictable secret would be none. */
function newSecret(): string {
  return randomBytes(24).toString("hex");
}
