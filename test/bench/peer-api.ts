import DataLoader from "dataloader";
import {
  type WireActivationProfile,
  type WireCostCenter,
  type WireProfile,
  type WireSubscription,
} from "../../src/kore/index.ts";

const { KORE_CONNECTIVITY_URL = "", KORE_CONNECTIVITY_TOKEN_URL = "", KORE_API_KEY = "" } = process.env;

/** KORE as a tutorial's data source: made anew for each operation, so that its DataLoaders remember no longer. */
export class KoreApi {
  readonly costCenters = new DataLoader((accounts: readonly string[]) =>
    Promise.all(accounts.map((account) => this.#get<WireCostCenter[]>(`${account}/cost-centers`))),
  );
  /** By the path below the accounts. */
  readonly profiles = new DataLoader((paths: readonly string[]) =>
    Promise.all(paths.map((path) => this.#get<WireProfile>(path))),
  );
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  static async token(): Promise<string> {
    const reply = await fetch(KORE_CONNECTIVITY_TOKEN_URL, { method: "POST", headers: { "x-api-key": KORE_API_KEY } });
    return ((await reply.json()) as { access_token: string }).access_token;
  }

  async sims(account: string, query: string): Promise<WireSubscription[]> {
    return (await this.#get<{ subscriptions: WireSubscription[] }>(`${account}/subscriptions?${query}`)).subscriptions;
  }

  activationProfiles(account: string): Promise<WireActivationProfile[]> {
    return this.#get(`${account}/activation-profiles`);
  }

  async #get<Answer>(path: string): Promise<Answer> {
    const reply = await fetch(`${KORE_CONNECTIVITY_URL}/v1/accounts/${path}`, {
      headers: { "x-api-key": KORE_API_KEY, authorization: `Bearer ${this.#token}` },
    });
    if (!reply.ok) throw new Error(`KORE answered ${reply.status}`);
    return (await reply.json()) as Answer;
  }
}
