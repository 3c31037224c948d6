import { randomUUID } from "node:crypto";
import { type GraphQLSchema } from "graphql";
import { type Dispatcher, Pool } from "undici";
import { LOCAL_CALLER } from "../../graph/index.ts";
import { credentialSet } from "../../kore/index.ts";
import { type Authenticator } from "../../server/auth/index.ts";
import { type Config } from "../../server/config/index.ts";
import { storeCheck } from "../../server/health.ts";
import { type Disposables } from "../../server/http/disposables.ts";
import { createLog } from "../../server/logging/log.ts";
import { openTelemetry } from "../../server/telemetry/index.ts";
import { createKoreClient } from "../kore-client.ts";
import { simulatedKore } from "../kore-target.ts";
import { createProvisioning } from "../provisioning.ts";
import { type Runtime } from "../runtime.ts";
import { createServer } from "../server.ts";
import { emptyStore } from "./empty-store.ts";

export interface IsolatedServer {
  /** Posts a body to /graphql. Rejects when the signal has aborted. @returns the reply's text */
  ask: (body: string) => Promise<string>;
  /** Values for variables, by name. */
  examples: Readonly<Record<string, unknown>>;
}

/** Few, so that lists are short and a round of all queries is. */
const SIMS = 20;

const UNLIMITED = 1_000_000;

const HOST = "127.0.0.1";

/**
 * Starts a second server with the same schema in this process, on a port that only this machine reaches. It has a simulator
 * in place of KORE, an empty store, and caches, quotas, rate limiter, circuit breaker, metrics and log of its own.
 */
export async function startIsolatedServer(
  config: Config,
  schema: GraphQLSchema,
  disposables: Disposables,
  ended: AbortSignal,
): Promise<IsolatedServer> {
  const { startSimulator } = await import("../../simulator/index.ts"); // Not loaded unless there is a warm-up.
  const simulator = await startSimulator({ host: HOST, sims: SIMS });
  disposables.add(() => simulator.stop());
  const log = createLog("silent");
  const own = isolated(config);
  const runtime: Runtime = { config: own, log, telemetry: await openTelemetry(own, new Set(), log), disposables };
  const target = { ...simulatedKore(simulator), credentials: [credentialSet(simulator.credentials)] };
  const kore = createKoreClient(runtime, target);
  const store = emptyStore();
  const credential = `Bearer ${randomUUID()}`;
  const { url } = await createServer(runtime, {
    ...(await createProvisioning(runtime, { kore, store, webhook: undefined })),
    ...{ kore, target, schema, authenticator: only(credential), storeCheck: storeCheck(store), documented: [] },
    ...{ isExclusive: true, webhook: undefined, playground: undefined, trusted: undefined },
  });
  const pool = new Pool(url, { connections: 1 });
  disposables.add(() => pool.destroy());
  ended.addEventListener("abort", () => void pool.destroy());
  const headers = { "content-type": "application/json", authorization: credential };
  return {
    examples: { ...simulator.examples },
    ask: (body) => post(pool, { path: "/graphql", method: "POST", headers, body }),
  };
}

/** Reads the reply without a stream, as KORE's client does: V8's inline caches would hold those of both kinds. */
function post(pool: Pool, request: Dispatcher.DispatchOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    pool.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseData: (_, chunk) => void chunks.push(chunk),
      onResponseEnd: () => resolve(Buffer.concat(chunks).toString()),
      onResponseError: (_, error) => reject(error),
    });
  });
}

function isolated(config: Config): Config {
  return {
    ...config,
    host: HOST,
    port: 0,
    network: { caFile: undefined, proxies: { https: undefined, http: undefined, except: undefined } },
    rateLimit: { ...config.rateLimit, rate: UNLIMITED },
    limits: { ...config.limits, operationsPerMinute: UNLIMITED, koreRequestsPerMinute: UNLIMITED },
    audit: { file: undefined, namesSims: false },
    mcp: undefined,
    tracing: undefined,
    stopDelay: 0,
    warmUp: 0,
  };
}

/** Admits one credential. */
function only(credential: string): Authenticator {
  return {
    isRequired: true,
    authenticate: ({ authorization }) =>
      authorization?.[0] === credential
        ? { caller: LOCAL_CALLER }
        : { refusal: { code: "UNAUTHENTICATED", message: "The caller could not be authenticated" } },
  };
}
