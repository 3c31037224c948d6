import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  DocumentCache,
  MAX_DOCUMENT_BYTES,
  heapBytesOf,
} from "../../../src/server/graphql/fast-path/document-cache.ts";
import { type TestApp, startApp } from "../../support/app.ts";
import { EVERY_TRANSPORT } from "../../support/operations/every-transport.ts";
import { heapInUse } from "../../support/heap.ts";

/** Unique texts of about 2 KB, with tokens of different size. */
const FORMS: Record<string, (n: number) => string> = {
  "fields of one letter": (n) => `query Q${n} { ${"a ".repeat(990)} }`,
  "fields of fields": (n) =>
    `query Q${n} { ${Array.from({ length: 80 }, (_, at) => `field${at} { iccid }`).join(" ")} }`,
  "inline fragments": (n) => `query Q${n} { ${"... { a } ".repeat(200)} }`,
  directives: (n) => `query Q${n}($a: Boolean!) { ${"a @include(if: $a) ".repeat(105)} }`,
  "a list": (n) => `query Q${n} { a(of: [${"1 ".repeat(980)}]) }`,
  "an object": (n) => `query Q${n} { a(of: { ${"a: 1 ".repeat(390)} }) }`,
  variables: (n) => `query Q${n}(${"$a: Int ".repeat(240)}) { a }`,
  fragments: (n) => `query Q${n} { a } ${"fragment F on A { a } ".repeat(90)}`,
  comments: (n) => `query Q${n} { a } ${"#\n".repeat(990)}`,
  "a long text": (n) => `query Q${n} { a(of: "${"x".repeat(1980)}") }`,
  "a long text of two bytes a character": (n) => `query Q${n} { a(of: "${"一".repeat(1980)}") }`,
};

describe("12.4.1 documents are bounded by the heap that they take:", () => {
  /** Texts as they come in a body: each has its own characters. */
  const received = (text: string) => JSON.parse(JSON.stringify(text)) as string;

  test.each(Object.entries(FORMS))("%s: the estimate is not below the measured heap", (_, form) => {
    let documents: ReturnType<typeof parse>[] = [];
    // The minimum of several measurements excludes other allocations.
    const taken = Array.from({ length: 3 }, () => {
      documents = [];
      const before = heapInUse();
      documents = Array.from({ length: 50 }, (_, n) => parse(received(form(n))));
      return heapInUse() - before;
    });
    const estimate = documents.reduce((sum, document) => sum + heapBytesOf(document), 0);
    expect(estimate).toBeGreaterThan(0.95 * Math.min(...taken));
    expect(documents).toHaveLength(50);
  });

  test("400 unique ones are kept up to 32 MiB, the last ones", async () => {
    const documents = new DocumentCache(() => false);
    const forms = Object.values(FORMS);
    for (let n = 0; n < 400; n += 1) {
      await documents.store.set(`hash ${n}`, parse(forms[n % forms.length]?.(n) ?? ""));
    }
    expect(documents.size.bytes).toBeLessThanOrEqual(MAX_DOCUMENT_BYTES);
    expect(documents.size.bytes).toBeGreaterThan(0.9 * MAX_DOCUMENT_BYTES);
    expect(MAX_DOCUMENT_BYTES).toBe(32 * 1024 * 1024);
    expect(await documents.store.get("hash 0")).toBeUndefined();
    expect(await documents.store.get("hash 399")).toBeDefined();
  });

  test("the fast path has no document that Apollo evicted, and its use keeps a document", async () => {
    const text = (n: number) => `query Q${n} { a(of: "${"x".repeat(1000)}") }`;
    const one = heapBytesOf(parse(text(0)));
    const documents = new DocumentCache(() => false, 10.5 * one);
    const plugin = documents.plugin();
    const run = async (n: number) => {
      const document = parse(text(n));
      await documents.store.set(`hash ${n}`, document);
      const listener = await plugin.requestDidStart?.({} as never);
      await listener?.executionDidStart?.({ source: text(n), document } as never);
    };
    await run(0);
    for (let n = 1; n < 30; n += 1) {
      await run(n);
      expect(documents.get(text(0))).toBeDefined();
    }
    expect(documents.size.documents).toBe(10);
    const kept = Array.from({ length: 30 }, (_, n) => n).filter((n) => documents.get(text(n)));
    expect(kept).toEqual([0, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
    expect(await documents.store.get("hash 20")).toBeUndefined();
  });

  test("a document without any operation that was run is not the fast path's", async () => {
    const documents = new DocumentCache(() => false);
    await documents.store.set("hash", parse("{ a }"));
    expect(documents.get("{ a }")).toBeUndefined();
    expect(await documents.store.get("hash")).toBeDefined();
  });

  test("one that is larger than all of them together is not kept", async () => {
    const documents = new DocumentCache(() => false, 2000);
    await documents.store.set("hash", parse("{ a b c d e }"));
    expect(documents.size).toEqual({ documents: 0, bytes: 0 });
  });
});

describe("12.4.1 comments are bounded as tokens are", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ accounts: { acme: { sims: 1 } } });
  });
  afterAll(() => app.stop());

  test.each([
    ["before", `${"#\n".repeat(2001)}{ __typename }`],
    ["behind", `{ __typename } ${"# a remark\n".repeat(2001)}`],
    ["between", `{ ${"#\r".repeat(100_000)} __typename }`],
  ])("%s the operation", async (_, query) => {
    for (const { name, ask } of EVERY_TRANSPORT) {
      const { errors = [] } = await ask(app.url, { query });
      const shown = errors.map(({ message, extensions: { code } }) => [message, code]);
      const message = 'Syntax Error: Document contains more than 2000 times "#". Parsing aborted.';
      expect([name, shown]).toEqual([name, [[message, "GRAPHQL_PARSE_FAILED"]]]);
    }
  });

  test("2,000 of them are let through", async () => {
    const query = `{ __typename } ${"#\n".repeat(2000)}`;
    expect(await app.graph.query(query)).toEqual({ data: { __typename: "Query" } });
  });
});
