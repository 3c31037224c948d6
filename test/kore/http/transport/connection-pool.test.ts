import { once } from "node:events";
import { type Server, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
  type AddressInfo,
  type Server as NetServer,
  type Socket,
  connect,
  createServer as createNetServer,
} from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NEVER } from "../../../../src/common/abort.ts";
import { type KoreError } from "../../../../src/kore/errors.ts";
import { timeout } from "../../../../src/kore/http/timeout.ts";
import {
  type KoreCall,
  type TransportOptions,
  createTransport,
} from "../../../../src/kore/http/transport/transport.ts";
import { CERTIFICATE, PRIVATE_KEY } from "../../../support/network/certificate.ts";

/** Received requests, and CONNECTs at the proxy. */
let arrived: string[];
let tunnels: { target: string; authorization: string | undefined }[];
let kore: Server;
let proxy: Server;
/** The proxy's answer to CONNECT, in place of a tunnel. */
let refusal: ((socket: Socket) => void) | undefined;
let open: Set<Socket>;
let transports: ReturnType<typeof createTransport>[];

const portOf = (server: NetServer) => (server.address() as AddressInfo).port;
async function listening<S extends NetServer>(server: S): Promise<S> {
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => undefined).on("close", () => open.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

beforeEach(async () => {
  [arrived, tunnels, transports, refusal, open] = [[], [], [], undefined, new Set()];
  const answer: Parameters<typeof createServer>[1] = (request, response) => {
    arrived.push(`${request.method} ${request.headers.host}${request.url}`);
    response.writeHead(200, { "content-type": "application/json" }).end("[1]");
  };
  kore = await listening(createTlsServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, answer as never));
  proxy = await listening(createServer());
  // Resolves every name to our KORE.
  proxy.on("connect", ({ url = "", headers }, socket: Socket) => {
    tunnels.push({ target: url, authorization: headers["proxy-authorization"] });
    if (refusal) {
      refusal(socket);
      return;
    }
    const onward = connect(portOf(kore), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on("error", () => [socket, onward].forEach((other) => other.destroy()));
  });
});
afterEach(async () => {
  await Promise.all(transports.map((transport) => transport.close()));
  for (const socket of open) socket.destroy();
  kore.close();
  proxy.close();
});

function sender(options: Partial<TransportOptions> = {}) {
  const transport = createTransport({ connections: 2, ...options });
  transports.push(transport);
  return (origin: string, milliseconds = 5000) => {
    const call: KoreCall = {
      method: "POST",
      origin,
      host: new URL(origin).host,
      path: "/v1",
      operation: "POST /v1",
      headers: {},
      body: "{}",
      attempt: 1,
    };
    return timeout(milliseconds)(transport.send)(call, NEVER).catch((error: unknown) => error as KoreError);
  };
}
const proxyUrl = (credentials = "") => `http://${credentials}127.0.0.1:${portOf(proxy)}`;
const direct = () => `https://127.0.0.1:${portOf(kore)}`;

describe("a custom certificate authority", () => {
  test("B9.1 is trusted in addition to Node's", async () => {
    expect(await sender({ ca: CERTIFICATE })(direct())).toEqual([1]);
    expect(arrived).toEqual([`POST 127.0.0.1:${portOf(kore)}/v1`]);
  });

  test("B3.1 a self-signed certificate is refused before anything is sent", async () => {
    const error = await sender()(direct());
    expect(error).toMatchObject({
      kind: "connection",
      isUnsent: true,
      cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    });
    expect(arrived).toEqual([]);
  });

  test("B3.1 a certificate for another name is refused before anything is sent", async () => {
    const origin = `https://localhost:${portOf(kore)}`;
    const error = await sender({ ca: CERTIFICATE })(origin);
    expect(error).toMatchObject({ isUnsent: true, cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } });
    expect(arrived).toEqual([]);
  });
});

describe("a proxy", () => {
  test("B9.1 gets one CONNECT per connection to KORE", async () => {
    const send = sender({ connections: 1, ca: CERTIFICATE, proxies: { https: proxyUrl() } });
    expect(await send("https://api.kore.test")).toEqual([1]);
    expect(await send("https://api.kore.test")).toEqual([1]);
    expect(await send("https://client.kore.test:8443")).toEqual([1]);
    expect(tunnels.map(({ target }) => target)).toEqual(["api.kore.test:443", "client.kore.test:8443"]);
    expect(arrived).toEqual(["POST api.kore.test/v1", "POST api.kore.test/v1", "POST client.kore.test:8443/v1"]);
  });

  test("B9.1 has at most the configured connections per host", async () => {
    const send = sender({ ca: CERTIFICATE, proxies: { https: proxyUrl() } });
    const answers = await Promise.all(Array.from({ length: 8 }, () => send("https://api.kore.test")));
    expect(answers).toEqual(Array.from({ length: 8 }, () => [1]));
    expect(tunnels.length).toBeLessThanOrEqual(2);
  });

  test("B9.1 gets the credentials of its address", async () => {
    const send = sender({ ca: CERTIFICATE, proxies: { https: proxyUrl("us%40er:pa%3Ass@") } });
    expect(await send("https://api.kore.test")).toEqual([1]);
    const expected = `Basic ${Buffer.from("us@er:pa:ss").toString("base64")}`;
    expect(tunnels).toEqual([{ target: "api.kore.test:443", authorization: expected }]);
  });

  test.each([
    ["a name", "kore.test"],
    ["a suffix", ".kore.test"],
    ["a wildcard", "*.kore.test"],
    ["a name with its port", "api.kore.test:443"],
    ["one of several", "example.com, kore.test"],
    ["all", "*"],
  ])("B9.1 is bypassed for NO_PROXY: %s", async (_, except) => {
    const error = await sender({ ca: CERTIFICATE, proxies: { https: proxyUrl(), except } })("https://api.kore.test");
    expect(error).toMatchObject({ isUnsent: true, cause: { syscall: "getaddrinfo" } });
    expect(tunnels).toEqual([]);
  });

  test("B9.1 is bypassed for loopback addresses", async () => {
    expect(await sender({ ca: CERTIFICATE, proxies: { https: proxyUrl() } })(direct())).toEqual([1]);
    expect(tunnels).toEqual([]);
  });

  test("B9.1 is not read from the environment by undici", async () => {
    process.env.HTTPS_PROXY = proxyUrl();
    try {
      const error = await sender({ ca: CERTIFICATE, proxies: { http: "http://127.0.0.1:1" } })("https://a.kore.test");
      expect(error).toMatchObject({ isUnsent: true });
      expect(tunnels).toEqual([]);
    } finally {
      delete process.env.HTTPS_PROXY;
    }
  });

  test.each<[string, (socket: Socket) => void]>([
    ["refuses", (socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n")],
    ["wants credentials", (socket) => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")],
    ["does not reach KORE", (socket) => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n")],
    ["closes the connection", (socket) => socket.end()],
    ["resets the connection", (socket) => socket.resetAndDestroy()],
    ["answers nonsense", (socket) => socket.end("nonsense\r\n\r\n")],
    ["tunnels to no TLS", (socket) => socket.write("HTTP/1.1 200 OK\r\n\r\nnonsense, and a lot of it")],
    ["closes the tunnel", (socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n")],
  ])("B3.1 that %s gets nothing of the request, and one CONNECT", async (_, how) => {
    refusal = how;
    const send = sender({ ca: CERTIFICATE, proxies: { https: proxyUrl() } });
    expect(await send("https://api.kore.test")).toMatchObject({ kind: "connection", isUnsent: true });
    expect(tunnels).toHaveLength(1);
    expect(arrived).toEqual([]);
    refusal = undefined;
    expect(await send("https://api.kore.test")).toEqual([1]);
  });

  test("B3.1 that does not answer gets nothing of the request", async () => {
    refusal = () => undefined;
    const send = sender({ ca: CERTIFICATE, proxies: { https: proxyUrl() } });
    expect(await send("https://api.kore.test", 100)).toMatchObject({ kind: "timeout", isUnsent: true });
  });

  test("B3.1 that cannot be reached leaves the request unsent", async () => {
    const gone = await listening(createNetServer());
    const https = `http://127.0.0.1:${portOf(gone)}`;
    await new Promise((resolve) => gone.close(resolve));
    const error = await sender({ ca: CERTIFICATE, proxies: { https } })("https://api.kore.test");
    expect(error).toMatchObject({ kind: "connection", isUnsent: true, cause: { code: "ECONNREFUSED" } });
  });
});
