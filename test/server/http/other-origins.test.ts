import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type TestApp, startAppForTest } from "../../support/app.ts";
import { ROUTER_SECRET } from "../../support/auth.ts";
import { socketUrl } from "../../support/live/callers.ts";

const start = (env: Record<string, string> = {}) => startAppForTest({ accounts: { acme: { sims: 5 } } }, env);

describe("Pages of other sites", () => {
  const PAGE = "https://app.example.com";
  const preflight = (app: TestApp, origin: string, path = "/graphql") =>
    fetch(app.url + path, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
    });
  const socket = (app: TestApp, origin: string) =>
    new Promise((resolve) => {
      const opened = new WebSocket(socketUrl(app.url), "graphql-transport-ws", { headers: { origin } });
      opened.once("open", () => {
        opened.terminate();
        resolve("open");
      });
      opened.once("unexpected-response", (_, { statusCode }) => resolve(statusCode));
      opened.once("error", () => undefined);
    });

  test("that are named in CORS_ORIGINS may call, by each transport, without cookies", async () => {
    const app = await start({ CORS_ORIGINS: `${PAGE}, https://other.example.com:8443` });
    for (const path of ["/graphql", "/graphql/stream"]) {
      const reply = await preflight(app, PAGE, path);
      expect(reply.status).toBe(204);
      expect(reply.headers.get("access-control-allow-origin")).toBe(PAGE);
      expect(reply.headers.has("access-control-allow-credentials")).toBe(false);
    }
    const reply = await app.graph.post({ query: "{ __typename }" }, { origin: PAGE });
    expect(reply.headers.get("access-control-allow-origin")).toBe(PAGE);
    expect(reply.headers.get("vary")).toMatch(/origin/i);
    expect(await socket(app, PAGE)).toBe("open");
  });

  test("are in every answer: also in a refusal and a stream", async () => {
    const app = await start({ CORS_ORIGINS: PAGE, AUTH_ROUTER_SECRETS: ROUTER_SECRET });
    const credential = {
      "x-kore-graph-router-secret": ROUTER_SECRET,
      "x-kore-graph-caller-id": "page",
      "x-kore-graph-caller-role": "viewer",
      "x-kore-graph-caller-accounts": "*",
    };
    const sent = { origin: PAGE, "content-type": "application/json" };
    const body = JSON.stringify({ query: "{ __typename }" });
    for (const path of ["/graphql", "/graphql/stream"]) {
      for (const [headers, status] of [
        [{}, 401],
        [credential, 200],
      ] as const) {
        const reply = await fetch(app.url + path, { method: "POST", headers: { ...sent, ...headers }, body });
        await reply.text();
        expect([path, reply.status]).toEqual([path, status]);
        expect(reply.headers.get("access-control-allow-origin")).toBe(PAGE);
        expect(reply.headers.get("access-control-expose-headers")).toMatch(/x-request-id/);
        expect(reply.headers.get("cache-control")).toBe("no-store");
      }
    }
    const asked = await fetch(`${app.url}/graphql`, {
      method: "OPTIONS",
      headers: {
        origin: PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
    expect([asked.status, asked.headers.get("access-control-allow-headers")]).toEqual([204, "authorization"]);
  });

  test.each(["https://evil.example", "https://app.example.com.evil.example", "http://app.example.com", "null"])(
    "%s may not",
    async (origin) => {
      const app = await start({ CORS_ORIGINS: PAGE });
      for (const path of ["/graphql", "/graphql/stream"]) {
        expect((await preflight(app, origin, path)).headers.has("access-control-allow-origin")).toBe(false);
      }
      const reply = await app.graph.post({ query: "{ __typename }" }, { origin });
      expect(reply.headers.has("access-control-allow-origin")).toBe(false);
      expect(await socket(app, origin)).toBe(403);
    },
  );

  test("may call the graph only", async () => {
    const app = await start({ CORS_ORIGINS: PAGE });
    for (const path of ["/readyz", "/", "/playground/tabs.json"]) {
      const reply = await fetch(app.url + path, { headers: { origin: PAGE } });
      expect(reply.headers.has("access-control-allow-origin")).toBe(false);
    }
  });
});
