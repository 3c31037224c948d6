import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { TRANSPORTS } from "../../support/live/callers.ts";
import { startApp } from "../../support/app.ts";

/** The answer to a request over a new connection: fetch would reuse an open one. */
async function onNewConnection(url: string, query?: string): Promise<{ status: number | undefined; body: string }> {
  const headers = { "content-type": "application/json" };
  const call = request(url, { agent: false, method: query === undefined ? "GET" : "POST", headers });
  call.end(query === undefined ? undefined : JSON.stringify({ query }));
  const [reply] = (await once(call, "response")) as [IncomingMessage];
  return { status: reply.statusCode, body: await text(reply) };
}

const SIMS = '{ subscriptions(accountId: "acme", first: 1) { totalCount } }';
const FIXTURES = { accounts: { acme: { sims: 3 } } };

test("13 a stop says not ready at once, answers new connections for STOP_DELAY_MS, and then closes the port", async () => {
  const app = await startApp(FIXTURES, { STOP_DELAY_MS: "3000" });
  const { url } = app;
  expect((await onNewConnection(`${url}/readyz`)).status).toBe(200);
  const stopped = app.stop();
  expect((await onNewConnection(`${url}/readyz`)).status).toBe(503);
  expect((await onNewConnection(`${url}/livez`)).status).toBe(200);
  const { status, body } = await onNewConnection(`${url}/graphql`, SIMS);
  expect([status, JSON.parse(body)]).toEqual([200, { data: { subscriptions: { totalCount: 3 } } }]);
  for (const { call } of TRANSPORTS) {
    const caller = call(url, { query: SIMS });
    expect(await caller.ended).toBe("complete");
    expect(caller.results).toEqual([{ data: { subscriptions: { totalCount: 3 } } }]);
  }
  await stopped;
  await expect(onNewConnection(`${url}/livez`)).rejects.toThrow("ECONNREFUSED");
});

test("13 without STOP_DELAY_MS a stop closes the port at once", async () => {
  const app = await startApp(FIXTURES);
  const stopped = app.stop();
  await expect(onNewConnection(`${app.url}/livez`)).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
  await stopped;
});
