import { createServer } from "node:http";
import { Pool } from "undici";
import {
  type WireActivationProfile,
  type WireCostCenter,
  type WireProfile,
  type WireSubscription,
} from "../../src/kore/index.ts";
import { listen } from "./listen.ts";
import { flat, plans, profileIdOf, related, single } from "./raw-shapes.ts";

/*
 * A server written for these answers and nothing else: the same calls to KORE, as early as can be, with
 * the same headers over as many connections, and the same answers. No GraphQL, no authentication, no validation, no
 * deadlines, no coalescing. Run as a process of its own.
 */

const { KORE_CONNECTIVITY_URL = "", KORE_CONNECTIVITY_TOKEN_URL = "", KORE_API_KEY = "" } = process.env;
const connections = Number(process.env.KORE_CONCURRENCY);
const { origin, pathname } = new URL(KORE_CONNECTIVITY_URL);
const pool = new Pool(origin, { connections });
const headers = { "x-api-key": KORE_API_KEY, authorization: `Bearer ${await token()}` };

interface SimPage {
  subscriptions: WireSubscription[];
}

listen(
  createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://raw");
    answer(url.pathname, url.searchParams).then(
      (data) => {
        const body = Buffer.from(JSON.stringify({ data }) + "\n");
        response.writeHead(200, {
          "content-type": "application/json; charset=utf-8",
          "content-length": body.length,
        });
        response.end(body);
      },
      (error: unknown) => {
        response.writeHead(502).end(String(error));
      },
    );
  }),
);

async function answer(route: string, query: URLSearchParams): Promise<unknown> {
  const account = `/v1/accounts/${encodeURIComponent(query.get("accountId") ?? "")}`;
  if (route === "/single") return single(await page(account, 1000, `&iccid=${query.get("iccid") ?? ""}`));
  if (route === "/flat") return flat(await page(account, 100, ""));
  const costCenters = get(`${account}/cost-centers`) as Promise<WireCostCenter[]>;
  if (route === "/plans") {
    const sims = page(account, 100, "");
    const profiles = sims.then((all) => profilesOf(account, all));
    return plans(...(await Promise.all([sims, costCenters, profiles])));
  }
  const activationProfiles = get(`${account}/activation-profiles`) as Promise<WireActivationProfile[]>;
  return related(...(await Promise.all([page(account, 100, ""), costCenters, activationProfiles])));
}

async function profilesOf(account: string, sims: WireSubscription[]): Promise<Map<string, WireProfile>> {
  const ids = [...new Set(sims.map(profileIdOf))];
  const found = await Promise.all(ids.map((id) => get(`${account}/profiles/${id}`) as Promise<WireProfile>));
  return new Map(found.map((profile, index) => [ids[index] ?? "", profile]));
}

async function page(account: string, size: number, filter: string): Promise<WireSubscription[]> {
  const path = `${account}/subscriptions?page-index=0&max-page-item=${size}${filter}`;
  return ((await get(path)) as SimPage).subscriptions;
}

async function get(path: string): Promise<unknown> {
  const { statusCode, body } = await pool.request({ method: "GET", path: pathname + path, headers });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`KORE answered ${statusCode}`);
  return JSON.parse(text);
}

async function token(): Promise<string> {
  const reply = await fetch(KORE_CONNECTIVITY_TOKEN_URL, { method: "POST", headers: { "x-api-key": KORE_API_KEY } });
  return ((await reply.json()) as { access_token: string }).access_token;
}
