import { auditServer } from "graphql-http";
import { afterAll, beforeAll, test } from "vitest";
import { type TestApp, startApp } from "../support/app.ts";
let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());
test("x", async () => {
  const fetchFn = (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { "apollo-require-preflight": "1", ...(init.headers as object) } });
  for (const r of await auditServer({ url: `${app.url}/graphql`, fetchFn })) {
    if (r.status !== "ok") console.log(r.id, r.name, r.status, r.reason, await r.response.text());
  }
  const raw = async (init: RequestInit, path = "/graphql") => {
    const r = await fetch(app.url + path, init);
    console.log(r.status, r.headers.get("content-type"), await r.text());
  };
  const json = { "content-type": "application/json" };
  await raw({ method: "GET" }, "/graphql?query=%7B__typename%7D");
  await raw({
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: JSON.stringify({ query: "{__typename}" }),
  });
  await raw({
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "query={__typename}",
  });
  await raw({
    method: "POST",
    headers: { "content-type": "multipart/form-data; boundary=x" },
    body: "query={__typename}",
  });
  await raw({ method: "POST", headers: { "content-type": "application/xml" }, body: "<secret/>" });
  await raw({ method: "POST", headers: json, body: '{"query": "SECRET' });
  await raw({ method: "POST", headers: json, body: "" });
  await raw({ method: "POST", headers: json, body: '"SECRET"' });
  await raw({ method: "POST", headers: json, body: "null" });
  await raw({ method: "POST", headers: json, body: '{"query": "{__typename}", "__proto__": {"a":"SECRET"}}' });
  await raw({ method: "POST", headers: json, body: '{"query": 1}' });
  await raw({ method: "POST", headers: json, body: '{"query": "{__typename}", "variables": "SECRET"}' });
  await raw({ method: "POST", headers: json, body: '{"query": "{__typename}", "operationName": "SECRET"}' });
  await raw({ method: "POST", headers: json, body: '[{"query": "{__typename}"}]' });
  await raw({ method: "POST", headers: json, body: JSON.stringify({ query: "#" + "x".repeat(600000) }) });
  await raw({ method: "PUT", headers: json, body: "{}" });
  await raw({ method: "DELETE" });
  await raw({ method: "POST", headers: json, body: "{}" }, "/nope?iccid=8988");
  await raw({ method: "GET" }, "/%ZZ");
  await raw({ method: "GET" }, "/livez/");
  await raw({ method: "OPTIONS" });
  await raw({ method: "HEAD" });
});
