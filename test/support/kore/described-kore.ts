import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { isRecord } from "../../../src/kore/decoding/decode.ts";
import { installFromNpm } from "../npm/install.ts";
import { EXAMPLE_IDS } from "./contract-examples.ts";

const CONTRACTS = fileURLToPath(new URL("../../../schema/kore", import.meta.url));

/** Random values of each type, or the contract's examples. */
interface Mock {
  dynamic: boolean;
  seed?: string | undefined;
}

interface Prism {
  createLogger: (name: string, options: object) => object;
  getHttpOperationsFromSpec: (file: string) => Promise<{ method: string; path: string }[]>;
  createClientFromOperations: (operations: readonly object[], config: object) => PrismClient;
}

interface PrismClient {
  request(url: string, input: object, config: { mock: Mock }): Promise<{ status: number; data: unknown }>;
}

/** Installs Prism, which answers as an OpenAPI document describes. Undefined: it cannot be had. */
export const installPrism = () => installFromNpm("@stoplight/prism-cli@5.14.2", "prism", "2026-09-30");

/**
 * Starts a KORE that replies as its contracts describe: with their examples, or with random values of each type. Requests
 * that the contracts do not allow are refused (422). Values that could not answer the request are replaced: totals count
 * the rows, the page is the requested one, no page follows an empty one (the graph refuses such a list: it would hide the
 * rest), and the first rows have the identifiers that were asked for, or those of {@link EXAMPLE_IDS}.
 *
 * @param installed folder of {@link installPrism}
 * @param folder of the contracts, `*.openapi.yaml`
 */
export async function startDescribedKore(installed: string, folder: string = CONTRACTS) {
  const load = createRequire(join(installed, "package.json"));
  const { createLogger, getHttpOperationsFromSpec, createClientFromOperations } = Object.assign(
    {},
    ...["prism-core", "prism-http", "prism-http/dist/client"].map((name) => load(`@stoplight/${name}`) as object),
  ) as Prism;
  const files = (await readdir(folder)).filter((name) => name.endsWith(".openapi.yaml"));
  const operations = (await Promise.all(files.map((name) => getHttpOperationsFromSpec(join(folder, name))))).flat();
  const prism = createClientFromOperations(operations, {
    ...{ validateRequest: true, validateResponse: false, checkSecurity: false, errors: false, isProxy: false },
    logger: createLogger("prism", { level: "silent" }),
  });
  const templates = operations.map(({ method, path }) => ({
    operation: `${method.toUpperCase()} ${path}`,
    pattern: new RegExp(`^${method} ${path.replace(/\{[^}]+\}/g, "[^/]+")}$`, "i"),
  }));
  let mock: Mock = { dynamic: false };
  const refused: string[] = [];
  const answered = new Set<string>();

  const reply = async (method: string, url: string, headers: object, body: string) => {
    const { pathname } = new URL(url, "http://kore.example");
    const input = { method: method.toLowerCase(), headers, ...(body !== "" && { body: JSON.parse(body) as unknown }) };
    const seed = mock.seed && `${mock.seed} ${pathname}`;
    const { status, data } = await prism.request(url, input, { mock: { ...mock, seed } });
    if (status >= 400) throw new Error(JSON.stringify(data));
    for (const { operation, pattern } of templates) if (pattern.test(`${method} ${pathname}`)) answered.add(operation);
    return { status, data: answering(url, data) };
  };
  const server = createServer((request, response) => {
    const { method = "GET", url = "/", headers } = request;
    void text(request)
      .then((body) => reply(method, url, headers, body))
      .catch((error: unknown) => {
        refused.push(`${method} ${url}: ${JSON.stringify(error)} ${String(error)}`);
        return { status: 422, data: { INFO: "refused" } };
      })
      .then(({ status, data }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(data === undefined ? undefined : JSON.stringify(data));
      });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Replies from now on. The same seed gives the same ones. */
    answerWith: (next: Mock) => void (mock = next),
    /** Operations that were answered, such as `GET /v1/accounts`. */
    answered,
    /** Requests that the contracts do not have or do not allow, with the reason. */
    refused,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Identifiers of first rows, unless the request asks for others. */
const FIRST_ROW: Readonly<Record<string, string>> = {
  iccid: EXAMPLE_IDS.iccid,
  eid: EXAMPLE_IDS.eid,
  "rule-id": EXAMPLE_IDS.id,
  "cost-center-pk": EXAMPLE_IDS.id,
};

const TOTALS: ReadonlySet<string> = new Set(["total-count", "total-records", "count", "total", "session-count"]);

/** A reply that answers the request. */
function answering(url: string, reply: unknown): unknown {
  const { pathname, searchParams } = new URL(url, "http://kore.example");
  const rows = rowsIn(reply);
  if (pathname === "/v1/accounts" && rows[0]) rows[0]["account-id"] = EXAMPLE_IDS.childAccountId;
  for (const [name, example] of Object.entries(FIRST_ROW)) {
    const asked = searchParams.get(name)?.split(",") ?? [example];
    asked.forEach((value, index) => {
      if (rows[index] && name in rows[index]) rows[index][name] = value;
    });
  }
  const page = Number(searchParams.get("page-index") ?? 1);
  const paged = (part: unknown) => {
    const { length } = rowsIn(part);
    return replaced(part, (key) => {
      if (TOTALS.has(key)) return length;
      if (key === "page-index") return page;
      return key === "next_page_url" && length === 0 ? "" : undefined;
    });
  };
  return Array.isArray(reply) ? reply.map(paged) : paged(reply);
}

/** The objects of the uppermost list. */
function rowsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.filter(isRecord);
  const below = Object.values(isRecord(value) ? value : {});
  return rowsIn(below.find(Array.isArray) ?? below.find((part) => rowsIn(part).length > 0) ?? []);
}

/** Replaces properties outside of lists. */
function replaced(value: unknown, by: (key: string) => unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, by(key) ?? replaced(below, by)]));
}
