import { randomBytes } from "node:crypto";
import { type IncomingMessage, createServer } from "node:http";
import { setTimeout } from "node:timers/promises";
import { SIM_COUNT, activationProfiles, costCenters, iccidOf, page, profiles, sim } from "./kore-data.ts";
import { listen } from "./listen.ts";
import { ACCOUNTS } from "./operations.ts";

/*
 * KORE, answering out of memory, after the delay that is set. An account's name says what is in it: `fleet-5000-…`
 * has so many SIMs, and all others are the same.
 * Run as a process of its own.
 */

const TOKEN = { access_token: randomBytes(30).toString("base64url"), token_type: "Bearer", expires_in: 36_000 };
const TOKEN_PATHS = new Set(["/Api/api/token", "/api-services/v1/auth/token"]);

const SIMS = Array.from({ length: SIM_COUNT }, (_, index) => sim(index));
const PAGE = json(page(SIMS, SIMS.length));
const ANSWERS = new Map([
  ["cost-centers", json(costCenters())],
  ["activation-profiles", json(activationProfiles())],
  ["provisioning-requests", json({ "total-records": 0, "total-pages": 0, page: 1, records: [] })],
  ...[...profiles()].map(([id, profile]) => [`profiles/${id}`, json(profile)] as const),
]);
const BY_ICCID = new Map(
  Array.from({ length: ACCOUNTS }, (_, index) => [iccidOf(index), json(page([sim(index)], 1))] as const),
);

const ACCOUNT_PATH = /^\/connectivity\/v1\/accounts\/([^/]+)\/([^?]+)(?:\?(.*))?$/;

let requests = 0;
let delay = 0;
let acknowledged = 0;

listen(
  createServer((request, response) => {
    const { status, body } = answer(request);
    const send = () => {
      response.writeHead(status, { "content-type": "application/json", "content-length": body.length });
      response.end(body);
    };
    if (delay === 0) send();
    else void setTimeout(delay).then(send);
  }),
);

function answer(request: IncomingMessage): { status: number; body: Buffer } {
  const { url = "", method = "GET" } = request;
  if (method === "POST" && TOKEN_PATHS.has(url)) return { status: 200, body: json(TOKEN) };
  if (method === "POST" && url.startsWith("/_bench/")) return { status: 200, body: controlled(url) };
  requests += 1;
  // A server that omits these does less work than KORE requires.
  const { authorization, "x-api-key": apiKey } = request.headers;
  if (authorization !== `Bearer ${TOKEN.access_token}` || apiKey === undefined) return { status: 401, body: json({}) };
  const [, account = "", path = "", query = ""] = ACCOUNT_PATH.exec(url) ?? [];
  if (method === "POST") return { status: 200, body: acknowledgement() };
  const body = path === "subscriptions" ? subscriptions(account, query) : ANSWERS.get(path);
  return body ? { status: 200, body } : { status: 404, body: json({}) };
}

function subscriptions(account: string, query: string): Buffer {
  const iccids = /(?:^|&)iccid=([^&]+)/.exec(query)?.[1];
  if (iccids !== undefined) return BY_ICCID.get(iccids) ?? found(decodeURIComponent(iccids).split(","));
  return account.startsWith("fleet-") ? ofFleet(Number(account.split("-")[1]), query) : PAGE;
}

/** Of any provisioning request; its SIMs stay as they are. */
function acknowledgement(): Buffer {
  acknowledged += 1;
  return json({ status: "success", data: { "provisioning-request-id": `cmp-prov-req-${acknowledged}`, message: "" } });
}

function found(iccids: readonly string[]): Buffer {
  const sims = iccids.map((iccid) => sim(Number(iccid.slice(-6))));
  return json(page(sims, sims.length));
}

function ofFleet(count: number, query: string): Buffer {
  const parameters = new URLSearchParams(query);
  const size = Number(parameters.get("max-page-item"));
  const first = Number(parameters.get("page-index")) * size;
  const length = Math.max(0, Math.min(size, count - first));
  return json(
    page(
      Array.from({ length }, (_, index) => sim(first + index)),
      count,
    ),
  );
}

/** `take` returns the number of requests since it was last called, without tokens; `delay/50` slows all replies. */
function controlled(url: string): Buffer {
  const [, milliseconds] = /^\/_bench\/delay\/(\d+)$/.exec(url) ?? [];
  if (milliseconds !== undefined) delay = Number(milliseconds);
  const count = requests;
  requests = 0;
  return json({ requests: count });
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
