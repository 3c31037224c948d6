import { type IncomingMessage, type Server, createServer } from "node:http";
import { once } from "node:events";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NEVER } from "../../../../src/common/abort.ts";
import { type KoreError } from "../../../../src/kore/errors.ts";
import { type KoreCall, createTransport } from "../../../../src/kore/http/transport/transport.ts";

let server: Server;
let transport: ReturnType<typeof createTransport>;
let reply: { status?: number; headers: Record<string, string>; body: Buffer };
let asked: IncomingMessage["headers"];
beforeEach(async () => {
  server = createServer((request, response) => {
    asked = request.headers;
    response.writeHead(reply.status ?? 200, reply.headers).end(reply.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  transport = createTransport({ connections: 1 });
});
afterEach(async () => {
  await transport.close();
  server.close();
});

function send(method: KoreCall["method"] = "GET") {
  const host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  const call = { method, origin: `http://${host}`, host, path: "/", operation: `${method} /`, headers: {}, attempt: 1 };
  return transport.send(call, NEVER);
}
const failed = (answer: Promise<unknown>) => answer.catch((error: unknown) => error as KoreError);

const VALUE = { name: "Zürich", list: Array.from({ length: 200 }, (_, index) => `row ${index}`) };
const JSON_TEXT = Buffer.from(JSON.stringify(VALUE));

const ENCODED: [encoding: string, body: Buffer][] = [
  ["gzip", gzipSync(JSON_TEXT)],
  ["x-gzip", gzipSync(JSON_TEXT)],
  ["GZIP", gzipSync(JSON_TEXT)],
  ["deflate", deflateSync(JSON_TEXT)],
  ["deflate", deflateRawSync(JSON_TEXT)],
  ["br", brotliCompressSync(JSON_TEXT)],
  ["gzip, br", brotliCompressSync(gzipSync(JSON_TEXT))],
  ["identity, gzip", gzipSync(JSON_TEXT)],
];

test.each(ENCODED)("B8.1 a reply in %s is decoded, of reads and writes", async (encoding, body) => {
  reply = { headers: { "content-encoding": encoding }, body };
  for (const method of ["GET", "GET", "POST"] as const) expect(await send(method)).toEqual(VALUE);
});

test("B8.1 no encoding is requested, and identity is none", async () => {
  reply = { headers: { "content-encoding": "identity" }, body: JSON_TEXT };
  expect(await send()).toEqual(VALUE);
  expect(asked).not.toHaveProperty("accept-encoding");
});

test("B8.1 an error in gzip is read, with KORE's message", async () => {
  const body = gzipSync('{"message":"No such SIM"}');
  reply = { status: 404, headers: { "content-encoding": "gzip" }, body };
  expect(await failed(send())).toMatchObject({ kind: "not-found", koreMessage: "No such SIM" });
});

test("B8.1 an error that cannot be decoded keeps its status", async () => {
  reply = { status: 409, headers: { "content-encoding": "gzip" }, body: Buffer.from("nonsense") };
  expect(await failed(send("POST"))).toMatchObject({ kind: "conflict", status: 409, isRefusal: true });
});

test.each<[string, string, Buffer]>([
  ["gzip that is cut short", "gzip", gzipSync(JSON_TEXT).subarray(0, 60)],
  ["deflate that is cut short", "deflate", deflateSync(JSON_TEXT).subarray(0, 60)],
  ["br that is cut short", "br", brotliCompressSync(JSON_TEXT).subarray(0, 60)],
  ["gzip that is none", "gzip", JSON_TEXT],
  ["br that is none", "br", JSON_TEXT],
  ["an unknown encoding", "zstd", JSON_TEXT],
  ["gzip beyond the limit", "gzip", gzipSync(Buffer.alloc(65 * 1024 * 1024, 32))],
  ["br beyond the limit", "br", brotliCompressSync(Buffer.alloc(65 * 1024 * 1024, 32))],
])("B8.1 %s is a named error", async (_, encoding, body) => {
  reply = { headers: { "content-encoding": encoding }, body };
  const error = await failed(send("POST"));
  expect(error).toMatchObject({ kind: "contract", status: 200, isUnsent: false, isRefusal: false });
  expect((error as KoreError).cause).toMatchObject({ name: "UndecodableBody" });
  expect(String((error as KoreError).cause)).toContain(encoding);
});

test("B8.1 an empty body is not decoded", async () => {
  reply = { status: 503, headers: { "content-encoding": "gzip" }, body: Buffer.alloc(0) };
  expect(await failed(send())).toMatchObject({ kind: "unavailable", status: 503 });
});
