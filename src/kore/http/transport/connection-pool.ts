import { type SecureContext, createSecureContext, rootCertificates } from "node:tls";
import { type Dispatcher, EnvHttpProxyAgent, Pool, errors } from "undici";

/** HTTP proxies, as in `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
interface ProxyOptions {
  /** Proxies for https and for http. Where only `http` is set, it serves https as well. @default none */
  https?: string | undefined;
  http?: string | undefined;
  /** Hosts without a proxy: comma-separated names, optionally with a port, each including its subdomains; `*`: all. */
  except?: string | undefined;
}

export interface ConnectionOptions {
  /** Connections per host. */
  connections: number;
  /** Largest reply. Bytes. */
  maxReplyBytes: number;
  /** Certificate authorities in PEM, in addition to Node's. @default none */
  ca?: string | undefined;
  /** @default none */
  proxies?: ProxyOptions | undefined;
}

/** Limit of a proxy's answer to CONNECT. Milliseconds. */
const TUNNEL_TIMEOUT = 10_000;

/** Reached without a proxy. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Keep-alive connections to KORE's hosts, through proxies where they are configured. */
export function openConnections(options: ConnectionOptions): {
  to(origin: string): Dispatcher;
  close(): Promise<void>;
} {
  const { connections, maxReplyBytes, ca, proxies } = options;
  const secureContext = ca === undefined ? undefined : createSecureContext({ ca: [...rootCertificates, ca] });
  const tls = secureContext && { secureContext };
  // The timeout interceptor covers the whole call, so undici's own timers are off.
  const pooling = {
    connections,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: maxReplyBytes,
    ...(tls && { connect: tls }),
  };

  if (proxies?.https || proxies?.http) {
    const agent = proxyAgent(pooling, proxies, tls);
    return { to: () => agent, close: () => agent.destroy() };
  }
  const pools = new Map<string, Pool>();
  return {
    to(origin) {
      let pool = pools.get(origin);
      if (!pool) pools.set(origin, (pool = new Pool(origin, pooling)));
      return pool;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

/**
 * Undici retries a `SocketError` while connecting without a limit: a proxy that closes the connection of each CONNECT
 * would get thousands of them per second. Wrapped as the cause of another error it is final.
 */
function failingOnce({ connect }: Pool.Options): Pool.Options {
  if (typeof connect !== "function") return {};
  return {
    connect: (options, done) =>
      connect(options, (...[error, socket]) => {
        if (error instanceof errors.SocketError) done(new Error("The proxy opened no tunnel", { cause: error }), null);
        else if (error) done(error, null);
        else done(null, socket);
      }),
  };
}

function proxyAgent(
  pooling: Pool.Options,
  { https, http, except = "" }: ProxyOptions,
  tls: { secureContext: SecureContext } | undefined,
): Dispatcher {
  return new EnvHttpProxyAgent({
    ...pooling,
    // Never undefined, because undici would then read the environment.
    httpsProxy: https ?? "",
    httpProxy: http ?? "",
    noProxy: except.trim() === "*" ? "*" : [...LOOPBACK, except].join(),
    ...(tls && { requestTls: tls, proxyTls: tls }),
    factory: (origin, options: Pool.Options) => new Pool(origin, { ...options, ...failingOnce(options) }),
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: TUNNEL_TIMEOUT }),
  });
}
