import { request } from "node:http";
import { serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Reply, type TestApp, startApp } from "../support/app.ts";

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

describe("the GraphQL-over-HTTP specification", () => {
  /**
   * What we do otherwise on purpose. Each of these audits must really fail, so that the list stays true. All are
   * SHOULDs about `application/json`, the old media type: Apollo answers 400 where the specification would like 200
   * around a reply without `data`. A caller that wants the specification's statuses asks for
   * `application/graphql-response+json`.
   */
  const EXCEPTIONS: Readonly<Record<string, string>> = {
    "572B": "a document that cannot be parsed is answered 400, so that proxies and monitors see the failure",
    FDE2: "the audit's document is one that cannot be parsed: as above",
    "7B9B": "the audit's document does not use its variable and so is invalid: 400, as above",
  };

  // CSRF prevention wants what a browser never sends across origins unasked; every GraphQL client can send it.
  const fetchFn = (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("apollo-require-preflight", "1");
    return fetch(url, { ...init, headers });
  };
  const audits = serverAudits({ url: () => `${app.url}/graphql`, fetchFn });

  test.each(audits.filter(({ id }) => !(id in EXCEPTIONS)))("$id $name", async ({ fn }) => {
    const result = await fn();
    expect(result.status === "ok" ? "ok" : result.reason).toBe("ok");
  });

  test.each(Object.entries(EXCEPTIONS))("%s is an exception: %s", async (id) => {
    const result = await audits.find((audit) => audit.id === id)?.fn();
    expect(result).toMatchObject({ status: "warn", name: expect.stringMatching(/^SHOULD /) as string });
  });
});

const JSON_TYPE = { "content-type": "application/json" };
const QUERY = JSON.stringify({ query: "{ __typename }" });

describe("a page of another site", () => {
  test("cannot run a query by a link or an image", async () => {
    const reply = await refusal("GET", {}, undefined, "/graphql?query=%7B__typename%7D");
    expect(reply).toMatchObject({
      status: 400,
      code: "BAD_REQUEST",
      message: expect.stringContaining("CSRF") as string,
    });
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
    "cannot run a query by a form or a fetch of type %s, which browsers send without asking",
    async (type) => {
      const reply = await refusal("POST", { "content-type": type }, QUERY);
      expect(reply.status).toBe(type === "text/plain" ? 400 : 415);
      expect(reply).not.toHaveProperty("data");
    },
  );

  test("is given no permission when its browser asks", async () => {
    const headers = { origin: "https://evil.example", "access-control-request-method": "POST" };
    const reply = await fetch(`${app.url}/graphql`, { method: "OPTIONS", headers });
    expect(reply.ok).toBe(false);
    expect(reply.headers.has("access-control-allow-origin")).toBe(false);
  });

  test.each([
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example:80",
    "10.0.0.1",
    "127.0.0.1@evil.example",
  ])("cannot make %s a name of this machine and talk to it as its own origin", async (host) => {
    expect(await refusal("POST", { ...JSON_TYPE, host }, QUERY)).toEqual({
      status: 421,
      code: "MISDIRECTED_REQUEST",
      message: "Unknown host name",
    });
    expect(await refusal("POST", { ...JSON_TYPE, host, "x-forwarded-host": "localhost" }, QUERY)).toHaveProperty(
      "status",
      421,
    );
    expect(await refusal("GET", { host }, undefined, "/")).toHaveProperty("status", 421);
  });

  test.each(["localhost", "localhost:4000", "127.0.0.1", "127.8.9.10:1", "[::1]:4000"])(
    "while %s is this machine itself",
    async (host) => {
      expect(await send("POST", { ...JSON_TYPE, host }, QUERY)).toEqual({
        status: 200,
        body: { data: { __typename: "Query" } },
      });
    },
  );
});

describe("a request that is none is refused in GraphQL's form, without repeating it", () => {
  const SECRET = "hunter2secret";

  test("a body that is too large: 413, with the limit, just below which it is answered", async () => {
    const query = (kib: number) => JSON.stringify({ query: `{ __typename } # ${SECRET} ${"x".repeat(kib * 1024)}` });
    const { status, code, message } = await refusal("POST", JSON_TYPE, query(4096));
    expect([status, code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    const [, limit] = /^The request body is larger than (\d+) KiB$/.exec(message ?? "") ?? [];
    expect(await refusal("POST", JSON_TYPE, query(Number(limit)))).toEqual({ status, code, message });
    expect(await send("POST", JSON_TYPE, query(Number(limit) - 1))).toHaveProperty("status", 200);
  });

  test.each(["application/xml", `application/${SECRET}`, "application/graphql"])(
    "a body of type %s: 415",
    async (type) => {
      expect(await refusal("POST", { "content-type": type }, `<${SECRET}/>`)).toEqual({
        status: 415,
        code: "UNSUPPORTED_MEDIA_TYPE",
        message: "The request body must be application/json",
      });
    },
  );

  test.each([
    ["cut short", `{"query": "${SECRET}`],
    ["no JSON at all", SECRET],
    ["empty", ""],
    ["an attempt at the prototype", `{"query": "{ __typename }", "__proto__": { "${SECRET}": 1 }}`],
  ])("a body that is %s: 400", async (_, body) => {
    expect(await refusal("POST", JSON_TYPE, body)).toEqual({
      status: 400,
      code: "BAD_REQUEST",
      message: "The request body is not valid JSON",
    });
  });

  test.each([
    ["a text", JSON.stringify(SECRET)],
    ["null", "null"],
    ["without a query", JSON.stringify({ [SECRET]: SECRET })],
    ["with a query that is no text", JSON.stringify({ query: { [SECRET]: SECRET } })],
    ["with variables that are a text", JSON.stringify({ query: "{ __typename }", variables: SECRET })],
  ])("a body that is JSON, but %s: 400", async (_, body) => {
    const reply = await refusal("POST", JSON_TYPE, body);
    expect(reply).toMatchObject({ status: 400, code: "BAD_REQUEST" });
    expect(JSON.stringify(reply)).not.toContain(SECRET);
  });

  test("several operations in one body: 400, for one body may not cost more than one operation", async () => {
    app.kore.clearLog();
    const query = JSON.stringify([{ query: "{ accounts { id } }" }, { query: "{ accounts { id } }" }]);
    expect(await refusal("POST", JSON_TYPE, query)).toEqual({
      status: 400,
      code: "BAD_REQUEST",
      message: "Operation batching disabled.",
    });
    expect(app.kore.requests()).toEqual([]);
  });

  test.each(["PUT", "DELETE", "PATCH", "OPTIONS"])("the method %s: 405, with those that are right", async (method) => {
    const reply = await fetch(`${app.url}/graphql`, { method });
    expect(reply.status).toBe(405);
    expect(reply.headers.get("allow")).toBe("GET, POST");
    expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: "METHOD_NOT_ALLOWED" } }] });
  });

  test.each(["/nothing", `/graphql/${SECRET}`, `/.env?${SECRET}`])("the unknown path %s: 404", async (path) => {
    expect(await refusal("POST", JSON_TYPE, QUERY, path)).toEqual({
      status: 404,
      code: "NOT_FOUND",
      message: "Nothing is here; the graph is at /graphql",
    });
  });

  test("an address that cannot be read: 400", async () => {
    expect(await refusal("GET", {}, undefined, `/%ZZ${SECRET}`)).toEqual({
      status: 400,
      code: "BAD_REQUEST",
      message: "The address cannot be read",
    });
  });
});

/** Sends what fetch would not: any Host header, any path. */
function send(
  method: string,
  headers: Record<string, string>,
  body?: string,
  path = "/graphql",
): Promise<{ status: number | undefined; body: Reply }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app.url);
    const sent = request({ hostname, port, path, method, headers, agent: false }, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (part: string) => (text += part));
      reply.on("end", () => resolve({ status: reply.statusCode, body: JSON.parse(text) as Reply }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Sends a request that must be refused with one GraphQL error and nothing else. */
async function refusal(...parts: Parameters<typeof send>) {
  const { status, body } = await send(...parts);
  const { errors: [error] = [], ...rest } = body;
  expect(rest).toEqual({});
  return { status, code: error?.extensions.code, message: error?.message };
}
