import { type IncomingMessage, createServer } from "node:http";
import { SIM_COUNT, costCenters, iccidOf, profiles, sim } from "./kore-data.ts";
import { listen } from "./listen.ts";

/*
 * KORE, answering out of memory: the same for every account, at once, so that what is measured is the server in
 * front of it. Run as a process of its own.
 */

const TOKEN = { access_token: "bench", token_type: "Bearer", expires_in: 36_000 };
const TOKEN_PATHS = new Set(["/Api/api/token", "/api-services/v1/auth/token"]);

const SIMS = Array.from({ length: SIM_COUNT }, (_, index) => sim(index));
const ANSWERS = new Map([
  ["subscriptions", page(SIMS)],
  ...SIMS.map((one, index) => [`subscriptions?iccid=${iccidOf(index)}`, page([one])] as const),
  ["cost-centers", json(costCenters())],
  ...[...profiles()].map(([id, profile]) => [`profiles/${id}`, json(profile)] as const),
]);

const ACCOUNT_PATH = /^\/connectivity\/v1\/accounts\/[^/]+\/([^?]+)(?:\?(?:.*&)?(iccid=\d+))?/;

let requests = 0;

listen(
  createServer((request, response) => {
    const { status, body } = answer(request);
    response.writeHead(status, { "content-type": "application/json", "content-length": body.length });
    response.end(body);
  }),
);

function answer(request: IncomingMessage): { status: number; body: Buffer } {
  const { url = "", method = "GET" } = request;
  if (method === "POST" && TOKEN_PATHS.has(url)) return { status: 200, body: json(TOKEN) };
  if (method === "POST" && url === "/_bench/take") return { status: 200, body: taken() };
  requests += 1;
  // Whoever leaves these out does less work than KORE asks for.
  const { authorization, "x-api-key": apiKey } = request.headers;
  if (authorization !== "Bearer bench" || apiKey === undefined) return { status: 401, body: json({}) };
  const [, path = "", iccid] = ACCOUNT_PATH.exec(url) ?? [];
  const body = ANSWERS.get(iccid === undefined ? path : `${path}?${iccid}`);
  return body ? { status: 200, body } : { status: 404, body: json({}) };
}

/** The number of requests since it was last asked, tokens left out. */
function taken(): Buffer {
  const count = requests;
  requests = 0;
  return json({ requests: count });
}

function page(subscriptions: readonly unknown[]): Buffer {
  const info = { "total-count": subscriptions.length, "page-index": 0, "max-page-item": 100 };
  return json({ "page-info-result": info, subscriptions });
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
