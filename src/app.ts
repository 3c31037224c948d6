import { keepTick } from "./app/keep-tick.ts";
import { createKoreClient } from "./app/kore-client.ts";
import { openTarget } from "./app/kore-target.ts";
import { createProvisioning } from "./app/provisioning.ts";
import { type Runtime } from "./app/runtime.ts";
import { createServer } from "./app/server.ts";
import { openStorage } from "./app/storage.ts";
import { warmUp } from "./app/warm-up/index.ts";
import { knownSecrets } from "./common/known-secrets.ts";
import { SchemaPrefix, buildGraphSchema } from "./graph/index.ts";
import { type Kore } from "./kore/index.ts";
import { graphParts } from "./resources/index.ts";
import { authenticationStrategies, createAuthenticator } from "./server/auth/index.ts";
import { type Config } from "./server/config/index.ts";
import { secretsOf } from "./server/config/secrets.ts";
import { documentedOperations, operationNames } from "./server/graphql/documented-operations.ts";
import { readTrustedDocuments } from "./server/graphql/trusted-documents.ts";
import { storeCheck } from "./server/health.ts";
import { Disposables } from "./server/http/disposables.ts";
import { type Logger, createLog } from "./server/logging/log.ts";
import { confirmedMutations, operationTabs } from "./server/playground/tabs.ts";
import { type SpanExporter, openMetricsServer, openTelemetry } from "./server/telemetry/index.ts";
import { type Simulator } from "./simulator/index.ts";

export interface App {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  /** The address of a simulator that was started here. */
  readonly simulatorUrl: string | undefined;
  /** The address of the metrics, when they have a port of their own. */
  readonly metricsUrl: string | undefined;
  readonly hasPlayground: boolean;
  readonly hasMcp: boolean;
  /** Names of the authentication strategies, for display; empty: callers are not authenticated. */
  readonly authentication: readonly string[];
  /** Finishes running operations and releases everything. */
  stop(): Promise<void>;
}

interface AppOptions {
  /** @default one of the configured level, to standard output */
  log?: Logger;
  /** @default OTLP to the configured endpoint */
  spanExporter?: SpanExporter;
}

/**
 * The composition root. When a start fails, everything that it has opened is closed.
 *
 * @throws SettingError @throws StoreUnavailable @throws StoreUnusable @throws StoreInUse
 */
export async function createApp(config: Config, options: AppOptions = {}): Promise<App> {
  keepTick();
  const log = options.log ?? createLog(config.logLevel);
  const disposables = new Disposables();
  try {
    return await start(config, log, disposables, options.spanExporter);
  } catch (error) {
    await disposables
      .dispose()
      .catch((err: unknown) => log.error({ err }, "a failed start could not release all of its resources"));
    throw error;
  }
}

async function start(config: Config, log: Logger, disposables: Disposables, exporter?: SpanExporter): Promise<App> {
  disposables.add(knownSecrets.register(...secretsOf(config)));
  const prefix = new SchemaPrefix(config.schemaPrefix);
  const documented = (await documentedOperations()).map((text) => prefix.operation(text));
  const trusted =
    config.trustedDocuments === undefined ? undefined : await readTrustedDocuments(config.trustedDocuments);
  const names = operationNames([...documented, ...(trusted?.texts ?? [])]);
  const telemetry = await openTelemetry(config, names, log, exporter);
  disposables.add(() => telemetry.traces?.stop());
  const runtime: Runtime = { config, log, telemetry, disposables };
  const authenticator = await createAuthenticator(config.auth, log);
  disposables.add(() => authenticator.close());

  const { simulator, target, credentials, examples, webhook } = await openTarget(runtime);
  const created: { kore?: Kore } = {};
  const { store, replicas } = await openStorage(runtime, target, () => created.kore);
  const kore = createKoreClient(runtime, target, replicas);
  created.kore = kore;
  credentials.follow(kore);
  const writes = await createProvisioning(runtime, { kore, store, replicas, webhook });

  const schema = await buildGraphSchema(graphParts, {
    idChecks: config.idChecks,
    maxRepresentations: config.limits.representations,
    prefix: config.schemaPrefix,
    hasAuthDirectives: config.authDirectives,
  });
  const playground = config.playground
    ? { tabs: operationTabs(documented, examples, schema), confirmedMutations: confirmedMutations(schema) }
    : undefined;
  const metricsServer = await openMetricsServer(telemetry, config);
  disposables.add(() => metricsServer?.stop());
  const { url } = await createServer(runtime, {
    ...{ ...writes, kore, target, schema, authenticator, replicas, webhook, playground, trusted },
    documented: config.schemaPrefix === "" ? documented : [], // They have no prefix.
    warmUp: warmUp(runtime, { schema, documented }),
    storeCheck: replicas?.check ?? storeCheck(store),
  });
  if (simulator && webhook) sendWebhooks(simulator, `${url}/webhooks/kore`, webhook);
  return {
    url,
    simulatorUrl: simulator?.url,
    metricsUrl: metricsServer?.url,
    hasPlayground: config.playground,
    hasMcp: config.mcp !== undefined,
    authentication: authenticationStrategies(config.auth),
    stop: () => disposables.dispose(),
  };
}

/** A simulator that was started here sends webhooks, as KORE does. */
function sendWebhooks(simulator: Simulator, url: string, webhook: Config["webhook"] & {}): void {
  const [secret] = webhook.secrets;
  const { key: accessTokenKey, tokens: [accessToken] = [] } = webhook.accessToken ?? {};
  simulator.webhooks.to({
    url,
    callbackUrl: webhook.callbackUrl,
    ...(secret && { secret }),
    ...(accessTokenKey && accessToken && { accessTokenKey, accessToken }),
  });
}
