import { type Backend, settle } from "../backend.ts";
import { type Sim } from "../fixtures/sims.ts";
import { withoutZone } from "../fixtures/sim-json.ts";
import { InvalidInput, object, onlyKeys, requiredText, text } from "../http/json-fields.ts";
import { Query } from "../http/query.ts";
import { Refusal, type Reply, ok } from "../http/reply.ts";
import { type Call, type Router } from "../http/router.ts";
import { type Message } from "../messages/messages.ts";
import { accountOf, jsonBody } from "./access.ts";

const PATH = "/sms/v1/messages";
const DAY = 24 * 3_600_000;
const CONDITIONS = ["account-id", "msisdn", "iccid", "from-date", "to-date", "direction", "mid"];
const PAGING = ["page-index", "max-page-item", "sort-order"];

/** KORE's endpoints for texts. */
export function addMessageRoutes(router: Router, backend: Backend): void {
  router.add("POST", `${PATH}/send`, (call) => send(backend, call));
  router.add("GET", PATH, (call) => list(backend, call));
}

function send(backend: Backend, call: Call): Reply {
  const accountId = new Query(call.query, ["account-id"]).requiredText("account-id");
  const { account } = accountOf(backend, call, accountId);
  const body = object(jsonBody(call), "the body");
  onlyKeys(body, ["from", "subscription-id", "iccid", "msisdn", "message"], "the body");
  const message = requiredText(body, "message");
  const from = text(body, "from");
  if (from !== null && !/^[A-Za-z\d]{1,11}$/.test(from)) throw new InvalidInput("from takes 11 letters and digits");
  const sim = recipient(backend, body);
  if (sim?.account !== account) throw new Refusal(404, "Subscription not found");
  const { messages } = backend.fixtures;
  const now = backend.clock.now().getTime();
  const sent = messages.send(sim, { from: from ?? shortCodeOf(sim), text: message, now });
  settle(backend);
  return ok({ mid: sent.id, code: 200, message: "Message accepted", status: "Accepted" }); // OURS: the last three.
}

function recipient({ fixtures: { sims } }: Backend, body: Record<string, unknown>): Sim | null {
  const [id, iccid, msisdn] = ["subscription-id", "iccid", "msisdn"].map((key) => text(body, key));
  const given = [id, iccid, msisdn].filter((value) => typeof value === "string");
  if (given.length !== 1) throw new InvalidInput("exactly one of subscription-id, iccid and msisdn is needed");
  if (typeof id === "string") return sims.bySubscriptionId(id);
  return typeof iccid === "string" ? sims.byIccid(iccid) : sims.byMsisdn(msisdn ?? "");
}

function list(backend: Backend, call: Call): Reply {
  const query = new Query(call.query, [...CONDITIONS, ...PAGING]);
  const { account } = accountOf(backend, call, query.requiredText("account-id")); // OURS: KORE does not require it.
  const index = query.integer("page-index", { min: 1 }) ?? 1;
  const size = query.integer("max-page-item", { min: 1 }) ?? 10;
  const isAscending = query.oneOf("sort-order", ["asc", "desc"]) === "asc";
  const found = backend.fixtures.messages.of(account.id).filter(conditionsOf(query));
  const ordered = isAscending ? found : [...found].reverse();
  const lacksDetail = backend.options.messages?.detail === "none";
  return ok({
    messages: ordered.slice((index - 1) * size, index * size).map((message) => json(message, lacksDetail)),
    "page-info-result": { "total-count": found.length, "page-index": index, "max-page-item": size },
  });
}

function conditionsOf(query: Query): (message: Message) => boolean {
  const [iccid, msisdn, mid] = [query.text("iccid"), query.text("msisdn"), query.text("mid")];
  const [from, to] = [day(query, "from-date"), day(query, "to-date")];
  const isFromSim = query.oneOf("direction", ["to_sim", "from_sim"]) === "from_sim";
  return (message) =>
    !isFromSim && // Simulated SIMs send no texts.
    (iccid === undefined ? msisdn === undefined || message.msisdn === msisdn : message.iccid === iccid) &&
    (mid === undefined || message.id === mid) &&
    (from === undefined || message.createdAt >= from) &&
    (to === undefined || message.createdAt < to + DAY); // OURS: the last day counts.
}

function day(query: Query, name: string): number | undefined {
  const value = query.text(name);
  if (value === undefined) return undefined;
  const at = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(at)) throw new Refusal(400, `${name} must look like 2023-02-23`);
  return at;
}

/** OURS: the values of `action`, `detail` and `status`, and the form of the date, none of which KORE states. */
function json(message: Message, lacksDetail: boolean): Record<string, unknown> {
  const { id, sim, iccid, msisdn, from, text: written, createdAt, status } = message;
  return {
    "short-code": from,
    iccid,
    "account-id": sim.account.id,
    organization: sim.account.name,
    mid: id,
    action: "to_sim",
    ...(lacksDetail ? {} : { detail: written }),
    msisdn,
    "service-type-id": Number(sim.serviceType.id),
    "date-created": withoutZone(createdAt),
    status,
  };
}

/** OURS: KORE publishes no short codes. */
const shortCodeOf = (sim: Sim): string => String(40_000 + Number(sim.serviceType.id));
