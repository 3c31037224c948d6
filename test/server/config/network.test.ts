import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, type Server, type Socket, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readCertificates } from "../../../src/server/config/files/certificates.ts";
import { describeEnvironment, readConfig } from "../../../src/server/config/index.ts";
import { type TestApp, startApp } from "../../support/app.ts";
import { LIVE, mistakesOf } from "../../support/config.ts";
import { CERTIFICATE, PRIVATE_KEY } from "../../support/network/certificate.ts";

const networkOf = (env: Record<string, string>) => readConfig({ ...LIVE, ...env }).network;

describe("The configuration of the network", () => {
  test("B9.1 has the proxies of the environment, in either case", () => {
    expect(networkOf({}).proxies).toEqual({ https: undefined, http: undefined, except: undefined });
    const upper = { HTTPS_PROXY: "http://a:1", HTTP_PROXY: "https://u:p@b:2", NO_PROXY: "c,.d" };
    expect(networkOf(upper).proxies).toEqual({ https: "http://a:1", http: "https://u:p@b:2", except: "c,.d" });
    expect(networkOf({ https_proxy: "http://a:1", http_proxy: "http://b:2", no_proxy: "c" }).proxies).toEqual({
      https: "http://a:1",
      http: "http://b:2",
      except: "c",
    });
    expect(networkOf({ HTTPS_PROXY: "http://a:1", https_proxy: "http://b:2" }).proxies.https).toBe("http://b:2");
    expect(networkOf({ HTTPS_PROXY: " ", https_proxy: "" }).proxies.https).toBeUndefined();
  });

  test("B9.1 takes a proxy without a scheme for one of http", () => {
    expect(networkOf({ HTTPS_PROXY: "proxy.example.com:3128" }).proxies.https).toBe("http://proxy.example.com:3128");
  });

  test.each(["socks5://proxy:1080", "http://?", "http://pr oxy", "http://proxy/path", "ftp://proxy"])(
    "B9.1 refuses the proxy %s by its name, without its value",
    (address) => {
      const mistakes = mistakesOf({ ...LIVE, HTTPS_PROXY: address });
      expect(mistakes).toHaveLength(1);
      expect(mistakes[0]).toMatch(/^HTTPS_PROXY: must be/);
      expect(mistakes[0]).not.toContain(address);
    },
  );

  test("B9.1 never shows proxies, which may hold credentials", () => {
    const shown = describeEnvironment({ HTTPS_PROXY: "http://u:hunter2@a:1", http_proxy: "http://u:hunter2@b:1" });
    expect(shown).toMatch(/^HTTPS_PROXY +\[redacted\]$/m);
    expect(shown).toMatch(/^HTTP_PROXY +\[redacted\]$/m);
    expect(shown).not.toContain("hunter2");
  });
});

describe("Calls to KORE through a proxy", () => {
  let folder: string;
  let app: TestApp | undefined;
  let tunnels: string[];
  let servers: Server[];
  let sockets: Set<Socket>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kore-graph-network-"));
    [app, tunnels, servers, sockets] = [undefined, [], [], new Set()];
  });
  afterEach(async () => {
    await app?.stop();
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => undefined)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  /** A proxy that connects every host to the simulator, by TLS. */
  async function startNetwork(simulatorUrl: () => string): Promise<number> {
    const front = createTlsServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (request, response) => {
      void (async () => {
        const { method = "GET", url = "/", headers: given } = request;
        const body = await text(request);
        const headers = new Headers();
        for (const name of ["authorization", "content-type", "x-api-key"]) {
          if (typeof given[name] === "string") headers.set(name, given[name]);
        }
        const reply = await fetch(simulatorUrl() + url, { method, headers, ...(body !== "" && { body }) });
        response.writeHead(reply.status, { "content-type": "application/json" }).end(await reply.text());
      })();
    });
    const behind = await listen(front);
    const proxy = createServer();
    proxy.on("connect", ({ url = "" }, socket: Socket) => {
      tunnels.push(url);
      const onward = connect(behind, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      sockets.add(onward.on("error", () => undefined));
    });
    return listen(proxy);
  }

  test("B9.1 use HTTPS_PROXY and KORE_CA_FILE", async () => {
    const caFile = join(folder, "ca.pem");
    await writeFile(caFile, `# Of our network\n${CERTIFICATE}`);
    let target = "";
    const port = await startNetwork(() => target);
    app = await startApp({ accounts: { acme: { sims: 1 } } }, (simulator) => {
      target = new URL(simulator.url).origin;
      const named = (address: string) => address.replace(target, "https://api.kore.test");
      const { connectivity, connectivityToken } = simulator.urls;
      return {
        KORE_CONNECTIVITY_URL: named(connectivity),
        KORE_CONNECTIVITY_TOKEN_URL: named(connectivityToken),
        HTTPS_PROXY: `127.0.0.1:${port}`,
        KORE_CA_FILE: caFile,
      };
    });
    const { data } = await app.graph.query(`{ subscriptions(accountId: "acme", first: 1) { totalCount } }`);
    expect(data).toEqual({ subscriptions: { totalCount: 1 } });
    expect(new Set(tunnels)).toEqual(new Set(["api.kore.test:443"]));
  });

  test.each([
    ["is missing", undefined, /^KORE_CA_FILE: cannot be read \(ENOENT\)$/],
    ["is empty", "", /^KORE_CA_FILE: holds no certificate in PEM$/],
    ["is no PEM", "hunter2", /^KORE_CA_FILE: holds no certificate in PEM$/],
    ["holds a private key", PRIVATE_KEY, /^KORE_CA_FILE: holds no certificate in PEM$/],
    ["is damaged", `${CERTIFICATE}${CERTIFICATE.replace("MIIB", "MIIC")}`, /certificate 2 in it is broken$/],
  ])("B9.1 is refused at start when the file of authorities %s", async (_, content, message) => {
    const path = join(folder, "ca.pem");
    if (content !== undefined) await writeFile(path, content);
    expect(() => readCertificates("KORE_CA_FILE", path)).toThrow(message);
    await expect(startApp({}, { KORE_CA_FILE: path })).rejects.toThrow(message);
  });

  test("B9.1 trust all authorities of a file", async () => {
    const path = join(folder, "ca.pem");
    await writeFile(path, `${CERTIFICATE}\n${PRIVATE_KEY}\n${CERTIFICATE}`);
    const read = readCertificates("KORE_CA_FILE", path);
    expect(read.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(read).not.toContain("PRIVATE");
  });
});
