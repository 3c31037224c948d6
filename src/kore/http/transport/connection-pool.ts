import { type SecureContext, createSecureContext, rootCertificates } from "node:tls";
import { type Dispatcher, EnvHttpProxyAgent, Pool, errors } from "undici";

/** Proxies between here and KORE, as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name them. */
interface ProxyOptions {
  /** For hosts reached by https, and by http. Default: none; where only `http` is set, it serves https as well. */
  https?: string | undefined;
  http?: string | undefined;
  /** Hosts reached without a proxy: names with their subdomains, each also with a port, joined by commas; `*`: all. */
  except?: string | undefined;
}

export interface ConnectionOptions {
  /** Connections per host. */
  connections: number;
  /** Bytes of one reply, at most. */
  maxReplyBytes: number;
  /** Certificate authorities in PEM that are trusted besides those of Node. Default: none. */
  ca?: string | undefined;
  /** Default: none. */
  proxies?: ProxyOptions | undefined;
}

/** Of a proxy's answer to CONNECT. Milliseconds. */
const TUNNEL_TIMEOUT = 10_000;

/** No proxy leads to the machine that this runs on. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Keep-alive connections to KORE's hosts, through proxies where they are configured. */
export function openConnections(options: ConnectionOptions): {
  to(origin: string): Dispatcher;
  close(): Promise<void>;
} {
  const { connections, maxReplyBytes, ca, proxies } = options;
  const secureContext = ca === undefined ? undefined : createSecureContext({ ca: [...rootCertificates, ca] });
  const tls = secureContext && { secureContext };
  // Deadlines are a policy of ours and cover the whole call, so undici's own timers are off.
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
 * Undici takes a `SocketError` while connecting for one that passes, and connects again without end: a proxy that closes
 * the connection to each CONNECT would be asked thousands of times a second. As the cause of another error it is final.
 */
function failingOnce({ connect }: Pool.Options): Pool.Options {
  if (typeof connect !== "function") return {};
  return {
    connect: (options, done) =>
      connect(options, (...[error, socket]) => {
        if (error instanceof errors.SocketError) done(new Error("The proxy made no tunnel", { cause: error }), null);
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
    // Texts, since undici would read the environment in place of what is absent.
    httpsProxy: https ?? "",
    httpProxy: http ?? "",
    noProxy: except.trim() === "*" ? "*" : [...LOOPBACK, except].join(),
    ...(tls && { requestTls: tls, proxyTls: tls }),
    factory: (origin, options: Pool.Options) => new Pool(origin, { ...options, ...failingOnce(options) }),
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: TUNNEL_TIMEOUT }),
  });
}
