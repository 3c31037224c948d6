import DataLoader from "dataloader";
import { Pool } from "undici";
import {
  type WireActivationProfile,
  type WireCostCenter,
  type WireProfile,
  type WireSubscription,
} from "../../src/kore/index.ts";

const { KORE_CONNECTIVITY_URL = "", KORE_CONNECTIVITY_TOKEN_URL = "", KORE_API_KEY = "" } = process.env;

/** Reads a path below KORE's accounts. */
type Get = (path: string) => Promise<unknown>;

/** KORE as a tutorial's data source: made anew for each operation, so that its DataLoaders remember no longer. */
export class KoreApi {
  readonly costCenters = new DataLoader((accounts: readonly string[]) =>
    Promise.all(accounts.map((account) => this.#get(`${account}/cost-centers`) as Promise<WireCostCenter[]>)),
  );
  /** By the path below the accounts. */
  readonly profiles = new DataLoader((paths: readonly string[]) =>
    Promise.all(paths.map((path) => this.#get(path) as Promise<WireProfile>)),
  );
  readonly #get: Get;

  constructor(get: Get) {
    this.#get = get;
  }

  async sims(account: string, query: string): Promise<WireSubscription[]> {
    const page = (await this.#get(`${account}/subscriptions?${query}`)) as { subscriptions: WireSubscription[] };
    return page.subscriptions;
  }

  activationProfiles(account: string): Promise<WireActivationProfile[]> {
    return this.#get(`${account}/activation-profiles`) as Promise<WireActivationProfile[]>;
  }
}

export async function token(): Promise<string> {
  const reply = await fetch(KORE_CONNECTIVITY_TOKEN_URL, { method: "POST", headers: { "x-api-key": KORE_API_KEY } });
  return ((await reply.json()) as { access_token: string }).access_token;
}

const headersOf = (bearer: string) => ({ "x-api-key": KORE_API_KEY, authorization: `Bearer ${bearer}` });

/** As tutorials do it. */
export function fetched(bearer: string): Get {
  const headers = headersOf(bearer);
  return async (path) => {
    const reply = await fetch(`${KORE_CONNECTIVITY_URL}/v1/accounts/${path}`, { headers });
    if (!reply.ok) throw new Error(`KORE answered ${reply.status}`);
    return (await reply.json()) as unknown;
  };
}

/** As the hand-written server does it. @public imported by the files of `peers/` */
export function pooled(bearer: string): Get {
  const { origin, pathname } = new URL(KORE_CONNECTIVITY_URL);
  const pool = new Pool(origin, { connections: Number(process.env.KORE_CONCURRENCY) });
  const headers = headersOf(bearer);
  return async (path) => {
    const { statusCode, body } = await pool.request({
      method: "GET",
      path: `${pathname}/v1/accounts/${path}`,
      headers,
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`KORE answered ${statusCode}`);
    return JSON.parse(text) as unknown;
  };
}
