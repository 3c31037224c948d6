import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { persistedQueryCache } from "../../../src/server/graphql/persisted-queries.ts";
import { startAppForTest } from "../../support/app.ts";
import { EVERY_TRANSPORT, codesOf } from "../../support/operations/every-transport.ts";
import { CapabilitiesDocument } from "../../support/graphql/graphql.ts";

const start = (env: Record<string, string> = {}) => startAppForTest({ accounts: { acme: { sims: 5 } } }, env);

describe("Trusted documents", () => {
  const OPERATIONS = "schema/operations";
  const MANIFEST = "test/support/graphql/persisted-documents.json";
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const named = (sha256Hash: string) => ({ query: "", extensions: { persistedQuery: { version: 1, sha256Hash } } });

  test.each(EVERY_TRANSPORT)(
    "by $name: operations of the folder run, by text or hash, and no others",
    async ({ ask }) => {
      const app = await start({ TRUSTED_DOCUMENTS: OPERATIONS });
      const text = await readFile(`${OPERATIONS}/capabilities.graphql`, "utf8");
      const compact = text.replace(/#.*\n/, "").replace(/\s+/g, " ");
      for (const operation of [{ query: text }, { query: compact }, named(sha256(text))]) {
        expect((await ask(app.url, operation)).data).toMatchObject({ capabilities: { mode: "LIVE" } });
      }
      const others = [
        { query: "{ capabilities { mode } }" },
        { query: "{" },
        named("0".repeat(64)),
        { query: `${text} # ` + text },
      ];
      for (const operation of others.slice(0, 3)) {
        expect(codesOf(await ask(app.url, operation))).toEqual(["UNTRUSTED_DOCUMENT"]);
      }
      expect(app.kore.requests()).toEqual([]);
    },
  );

  test("a refused operation is answered 403", async () => {
    const app = await start({ TRUSTED_DOCUMENTS: OPERATIONS });
    for (const query of ["{ __typename }", "{ __schema { types { name } } }", "mutation { nothing }"]) {
      expect((await app.graph.post({ query, operationName: "Other" })).status).toBe(403);
    }
  });

  test("the manifest that codegen.yml writes: typed documents go by their hashes, also as documentId", async () => {
    const app = await start({ TRUSTED_DOCUMENTS: MANIFEST });
    const { hash } = CapabilitiesDocument.__meta__ as { hash: string };
    for (const path of ["/graphql", "/graphql/stream"]) {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ documentId: hash });
      const reply = await fetch(app.url + path, { method: "POST", headers, body });
      expect(await reply.text()).toContain('"mode":"LIVE"');
    }
    const extensions = encodeURIComponent(JSON.stringify(named(hash).extensions));
    const reply = await fetch(`${app.url}/graphql?extensions=${extensions}`, {
      headers: { "apollo-require-preflight": "1" },
    });
    expect(await reply.text()).toContain('"mode":"LIVE"');
  });

  describe("manifests", () => {
    let folder = "";
    const manifest = async (content: unknown) => {
      folder = await mkdtemp(join(tmpdir(), "kore-graph-manifest-"));
      const path = join(folder, "manifest.json");
      await writeFile(path, JSON.stringify(content));
      return path;
    };
    afterEach(() => rm(folder, { recursive: true, force: true }));

    test("Apollo's form is read, too", async () => {
      const operations = [{ id: "one", name: "One", type: "query", body: "query One { __typename }" }];
      const path = await manifest({ format: "apollo-persisted-query-manifest", version: 1, operations });
      const app = await start({ TRUSTED_DOCUMENTS: path });
      const reply = await app.graph.post(named("one"));
      expect(await reply.json()).toEqual({ data: { __typename: "Query" } });
    });

    test("one of no known form ends the start", async () => {
      const path = await manifest({ operations: [1] });
      await expect(start({ TRUSTED_DOCUMENTS: path })).rejects.toThrow("no known form");
    });
  });
});

describe("Automatic persisted queries", () => {
  const query = "{ capabilities { mode } }";
  const sha256Hash = createHash("sha256").update(query).digest("hex");
  const extensions = (version = 1, hash = sha256Hash) => ({ persistedQuery: { version, sha256Hash: hash } });

  test.each(EVERY_TRANSPORT)(
    "by $name: are registered once and sent by hash from then on, where they are on",
    async ({ ask }) => {
      const app = await start({ PERSISTED_QUERIES: "on" });
      const byHash = { query: "", extensions: extensions() };
      expect(codesOf(await ask(app.url, byHash))).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
      expect((await ask(app.url, { query, extensions: extensions() })).errors).toBeUndefined();
      expect((await ask(app.url, byHash)).data).toEqual({ capabilities: { mode: "LIVE" } });
    },
  );

  test("are off unless they are switched on", async () => {
    const app = await start();
    const reply = await app.graph.post({ query, extensions: extensions() });
    expect(codesOf((await reply.json()) as never)).toEqual(["PERSISTED_QUERY_NOT_SUPPORTED"]);
  });

  test("a hash of something else, or a version that is none, is the caller's mistake", async () => {
    const app = await start({ PERSISTED_QUERIES: "on" });
    for (const wrong of [extensions(1, "0".repeat(64)), extensions(2)]) {
      const reply = await app.graph.post({ query, extensions: wrong });
      expect(reply.status).toBe(400);
      expect(codesOf((await reply.json()) as never)).toEqual(["BAD_REQUEST"]);
    }
  });

  test("are forgotten when there are too many, or too much", async () => {
    const cache = persistedQueryCache();
    for (let n = 0; n <= 1000; n += 1) await cache.set(`hash ${n}`, "{ __typename }");
    expect([await cache.get("hash 0"), await cache.get("hash 1")]).toEqual([undefined, "{ __typename }"]);
    const long = "x".repeat(1024 * 1024);
    for (let n = 0; n < 5; n += 1) await cache.set(`long ${n}`, long);
    const kept = await Promise.all([0, 1, 2, 3, 4].map((n) => cache.get(`long ${n}`)));
    expect(kept.map(Boolean)).toEqual([false, false, true, true, true]);
  });

  test("a refused operation is not registered", async () => {
    const app = await start({ PERSISTED_QUERIES: "on", LIMIT_KORE_REQUESTS: "1" });
    const dear = "{ accounts { costCenters { id } } }";
    const hash = createHash("sha256").update(dear).digest("hex");
    await app.graph.post({ query: dear, extensions: extensions(1, hash) });
    const reply = await app.graph.post({ extensions: extensions(1, hash) });
    expect(codesOf((await reply.json()) as never)).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
  });
});
