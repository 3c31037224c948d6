import { once } from "node:events";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, type Server, createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { warnOfBrokenReply, warnOfFailedCall } from "../../../src/server/logging/failed-calls.ts";
import { createLog } from "../../../src/server/logging/log.ts";
import { RateLimitedLog } from "../../../src/server/logging/rate-limited-log.ts";
import { type TestApp, startApp } from "../../support/app.ts";
import { CERTIFICATE, PRIVATE_KEY } from "../../support/network/certificate.ts";
import { type InterceptedKore, interceptKore } from "../../support/kore/intercepted-kore.ts";

const SIMS = `{ subscriptions(accountId: "acme", first: 1) { nodes { id iccid state } } }`;
const TOKEN = "POST /Api/api/token";
const LIST = "GET /v1/accounts/{account-id}/subscriptions";

let app: TestApp;
let others: { stop(): Promise<void> | void }[] = [];
afterEach(async () => {
  await app.stop();
  for (const other of others) await other.stop();
  others = [];
});

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  others.push({ stop: () => void server.close() });
  return (server.address() as AddressInfo).port;
}

/** An app whose requests go to an unreachable address. */
async function startTowards(origin: string): Promise<void> {
  app = await startApp({ accounts: { acme: { sims: 1 } } }, ({ urls }) => {
    const moved = (address: string) => address.replace(new URL(address).origin, origin);
    return {
      KORE_CONNECTIVITY_URL: moved(urls.connectivity),
      KORE_CONNECTIVITY_TOKEN_URL: moved(urls.connectivityToken),
    };
  });
}

async function warningsOf(query: string, requestId: string): Promise<Record<string, unknown>[]> {
  const reply = await app.graph.post({ query }, { "x-request-id": requestId });
  expect(((await reply.json()) as { errors?: unknown[] }).errors).toHaveLength(1);
  return app.logged().filter(({ level, state }) => level === "warn" && state === undefined);
}

describe("B4.1 one warning, with the cause's code, operation and request id, is written of", () => {
  test("an unknown host", async () => {
    await startTowards("https://kore.invalid");
    const warnings = await warningsOf(SIMS, "night-shift");
    expect(warnings).toMatchObject([
      {
        requestId: "night-shift",
        operation: TOKEN,
        host: "kore.invalid",
        error: "connection",
        code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) as string,
        err: { syscall: "getaddrinfo" },
      },
    ]);
  });

  test("a certificate that signs itself", async () => {
    const port = await listening(createTlsServer({ cert: CERTIFICATE, key: PRIVATE_KEY }));
    await startTowards(`https://127.0.0.1:${port}`);
    expect(await warningsOf(SIMS, "night-shift")).toMatchObject([
      { requestId: "night-shift", operation: TOKEN, code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    ]);
  });

  test("https to an http port", async () => {
    const server = createServer((socket) =>
      socket.on("error", () => undefined).end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    );
    await startTowards(`https://127.0.0.1:${await listening(server)}`);
    expect(await warningsOf(SIMS, "night-shift")).toMatchObject([
      { requestId: "night-shift", operation: TOKEN, code: "ERR_SSL_WRONG_VERSION_NUMBER" },
    ]);
  });

  test("a closed port", async () => {
    await startTowards("http://127.0.0.1:1");
    expect(await warningsOf(SIMS, "night-shift")).toMatchObject([
      { requestId: "night-shift", operation: TOKEN, code: "ECONNREFUSED", err: { syscall: "connect" } },
    ]);
  });
});

describe("B4.1 with KORE there, one warning is written of", () => {
  let kore: InterceptedKore;
  const start = async (env: Record<string, string> = {}) => {
    kore = await interceptKore();
    others.push(kore);
    app = await startApp({ accounts: { acme: { sims: 1 } } }, (simulator) => ({
      ...kore.environment(simulator),
      ...env,
    }));
  };

  test("a page of HTML", async () => {
    await start();
    kore.answer = () => ({ status: 200, body: "<html>hunter2</html>" });
    const warnings = await warningsOf(SIMS, "night-shift");
    expect(warnings).toMatchObject([{ requestId: "night-shift", operation: LIST, status: 200, error: "contract" }]);
    expect(JSON.stringify(warnings)).not.toContain("hunter2");
  });

  test("a cut connection, however often it is tried", async () => {
    await start();
    kore.answer = (_, response) => void response.destroy();
    expect(await warningsOf(SIMS, "night-shift")).toMatchObject([
      { requestId: "night-shift", operation: LIST, error: "connection", code: "UND_ERR_SOCKET" },
    ]);
    expect(kore.arrived).toHaveLength(3);
  });

  test("no answer in time", async () => {
    await start({ KORE_DEADLINE_MS: "100" });
    kore.answer = () => undefined;
    expect(await warningsOf(SIMS, "night-shift")).toMatchObject([
      { requestId: "night-shift", operation: LIST, error: "timeout" },
    ]);
  });

  test("a reply in gzip that is cut short", async () => {
    await start();
    kore.answer = () => ({
      status: 200,
      headers: { "content-encoding": "gzip" },
      body: Buffer.from("1f8b0800", "hex"),
    });
    expect(await warningsOf(SIMS, "night-shift")).toMatchObject([
      { requestId: "night-shift", operation: LIST, error: "contract", code: "Z_BUF_ERROR" },
    ]);
  });

  test("a broken field, by its path, and not of KORE's refusals", async () => {
    await start();
    const sim = { "subscription-id": { secret: "8988303000000000001" }, iccid: "8988303000000000001" };
    const page = { "page-info-result": { "total-count": 1 }, subscriptions: [sim] };
    kore.answer = () => ({ status: 200, body: JSON.stringify(page) });
    const warnings = await warningsOf(SIMS, "night-shift");
    expect(warnings).toMatchObject([
      {
        requestId: "night-shift",
        field: expect.stringMatching(/subscription-id/) as string,
        operation: expect.stringMatching(/subscription-id/) as string,
      },
    ]);
    expect(JSON.stringify(warnings)).not.toContain("898830");
    kore.answer = () => ({ status: 404, body: `{"INFO":"none"}` });
    expect(await warningsOf(SIMS, "other")).toHaveLength(1);
  });
});

describe("B4.1 repeats", () => {
  test("are counted, not written, each cause and each field by itself", () => {
    let now = 0;
    const lines: Record<string, unknown>[] = [];
    const log = createLog("info", { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[0]) });
    const limited = new RateLimitedLog(log, () => now);
    const fail = (code: string) => {
      const failure = new Error("no answer", { cause: Object.assign(new Error(code), { code }) });
      warnOfFailedCall(limited, { operation: "GET /x", host: "h", requestId: "r", error: "connection" }, failure);
    };
    const broken = (field: string) =>
      warnOfBrokenReply(limited, Object.assign(new Error("broken"), { operation: `reading ${field}`, field }), "r");
    for (let time = 0; time < 100; time += 1) {
      fail("ENOTFOUND");
      broken(`sims[${time}].id`);
    }
    fail("ECONNREFUSED");
    broken("sims[0].iccid");
    expect(lines.map(({ code, field }) => code ?? field)).toEqual([
      "ENOTFOUND",
      "sims[0].id",
      "ECONNREFUSED",
      "sims[0].iccid",
    ]);
    now += 60_000;
    fail("ENOTFOUND");
    expect(lines.at(-1)).toMatchObject({ code: "ENOTFOUND", suppressed: 99 });
    app = { stop: () => Promise.resolve() } as TestApp;
  });
});
