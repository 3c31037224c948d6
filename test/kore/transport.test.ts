import { createServer } from "node:net";
import { expect, test } from "vitest";
import { type KoreError } from "../../src/kore/error.ts";
import { createTransport, isBeforeSending } from "../../src/kore/transport.ts";

const failure = (code: string, syscall?: string) =>
  Object.assign(new Error(code), { code, ...(syscall && { syscall }) });

test.each([
  ["refused", failure("ECONNREFUSED", "connect")],
  ["without a route", failure("EHOSTUNREACH", "connect")],
  ["for a name that nobody knows", failure("ENOTFOUND", "getaddrinfo")],
  ["for a name that cannot be asked for", failure("EAI_AGAIN", "getaddrinfo")],
  ["not made in time", failure("UND_ERR_CONNECT_TIMEOUT")],
  ["refused at every address", new AggregateError([1, 2].map(() => failure("ECONNREFUSED", "connect")))],
])("a connection %s has sent nothing", (_, cause) => {
  expect(isBeforeSending(cause)).toBe(true);
});

test.each([
  ["refused in the middle", failure("ECONNREFUSED", "read")],
  ["that lost its route while writing", failure("EHOSTUNREACH", "write")],
  ["that lost its route, nobody knows when", failure("EHOSTUNREACH")],
  ["cut", failure("ECONNRESET", "read")],
  ["closed by the other side", failure("UND_ERR_SOCKET")],
  ["of which one of two failures is late", new AggregateError([failure("A", "connect"), failure("B", "read")])],
  ["of no failures", new AggregateError([])],
  ["with a failure that is none", "connect"],
])("a connection %s may have sent everything", (_, cause) => {
  expect(isBeforeSending(cause)).toBe(false);
});

test("a real port where nobody listens has been sent nothing, and a real cut connection may have", async () => {
  const server = createServer((socket) => socket.once("data", () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const transport = createTransport({ connections: 1 });
  const send = () =>
    transport
      .send(
        {
          method: "POST",
          origin: `http://127.0.0.1:${port}`,
          host: `127.0.0.1:${port}`,
          path: "/",
          operation: "POST /",
          headers: {},
          body: "{}",
          attempt: 1,
        },
        new AbortController().signal,
      )
      .catch((error: unknown) => error as KoreError);
  expect(await send()).toMatchObject({ kind: "connection", isUnsent: false });
  await new Promise((resolve) => server.close(resolve));
  expect(await send()).toMatchObject({ kind: "connection", isUnsent: true });
  await transport.close();
});
