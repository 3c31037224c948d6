import { knownSecrets } from "./common/known-secrets.ts";
import { buildGraphSchema } from "./graph/index.ts";
import { type Kore, type Lender, borrow } from "./kore/index.ts";
import { type Context, graphParts } from "./resources/index.ts";
import { type ToPrimary, type ToWorker } from "./processes.ts";
import { createAuthenticator } from "./server/auth/index.ts";
import { type Channel } from "./server/cluster/channel.ts";
import { Relay } from "./server/cluster/relay.ts";
import { channelToPrimary } from "./server/cluster/worker.ts";
import { Closers } from "./server/closers.ts";
import { type Config } from "./server/config/index.ts";
import { secretsOf } from "./server/config/secrets.ts";
import { startHttp } from "./server/http.ts";
import { type Allowances, allowanceAhead } from "./server/limits/index.ts";
import { type Logger } from "./server/log.ts";
import { namesOf, shownOperations } from "./server/operations.ts";
import { openTelemetry } from "./server/telemetry/index.ts";
import { type KoreTarget, findCredentials, openKore } from "./upstream.ts";
import { contexts, errorsFor, guardsOf, settingsOf } from "./wiring.ts";

/**
 * A process that answers queries beside others and leaves all else to the primary. Resolves when it was told to stop and
 * has let go of everything.
 */
export async function runWorker(config: Config, log: Logger): Promise<void> {
  const closers = new Closers();
  closers.add(knownSecrets.hold(...secretsOf(config)));
  let kore: Kore | undefined;
  let told = (): void => undefined;
  const untilTold = new Promise<void>((resolve) => (told = resolve));
  const telemetry = await openTelemetry(config, namesOf(await shownOperations()), log);
  closers.add(() => telemetry.traces?.stop());
  const mine: ToWorker = {
    changed({ isOfSimsOnly, accountId }) {
      kore?.retireReads();
      if (!isOfSimsOnly) kore?.forget(accountId);
    },
    metrics: () => telemetry.metrics?.json() ?? Promise.resolve([]),
    stop: told,
  };
  const primary = channelToPrimary<ToPrimary>(mine, (err) => log.error({ err }, "the primary could not be answered"));
  try {
    const schema = await buildGraphSchema(graphParts, {
      idChecks: config.idChecks,
      maxRepresentations: config.limits.representations,
    });
    const authenticator = await createAuthenticator(config.auth, log);
    closers.add(() => authenticator.close());
    const guards = await guardsOf(config);
    // From here on it is held to answer in time.
    const { address } = await primary.ask("hello", null);
    const target = await liveTarget(config, log);
    kore = openKore(config, target, telemetry, log, { common: borrow(lenderAt(primary)) });
    closers.add(() => kore?.close());
    const http = await startHttp<Context>({
      listen: { host: config.host, port: config.port },
      relay: new Relay(address),
      schema,
      authenticator,
      stopWithin: config.stopWithin,
      generation: () => kore?.generation ?? 0,
      context: contexts(
        kore,
        queriesOnly(config, (accountId, requestId) => primary.ask("isJustAcknowledged", { accountId, requestId })),
        settingsOf(config, target),
      ),
      telemetry,
      formatError: errorsFor(log),
      log,
      guards: { ...guards, allowances: allowancesAt(primary, config) },
      corsOrigins: config.corsOrigins,
    });
    closers.add(() => http.stop());
    await primary.ask("ready", { url: http.url });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    log.debug({ err: error }, "a worker could not start");
    await primary.ask("failed", { message, code });
    await closers.close();
    return;
  }
  await untilTold;
  await closers.close();
}

async function liveTarget({ kore }: Config, log: Logger): Promise<KoreTarget> {
  if (kore.mode !== "live") throw new Error("configuration has several processes in front of KORE only");
  const { sets } = await findCredentials(kore.live, log);
  return { ...kore.live, credentials: sets };
}

/** What mutations and subscriptions need is not here: one that came in by mistake could do nothing. */
export function queriesOnly(
  { provisioning }: Pick<Config, "provisioning">,
  isJustAcknowledged: Context["provisioning"]["isJustAcknowledged"],
): Parameters<typeof contexts>[1] {
  const { chunkSize, maxSims, maxWaitSeconds } = provisioning;
  return {
    writerOf: () => only<Context["writer"]>({}),
    provisioning: only<Context["provisioning"]>({ chunkSize, maxSims, maxWaitSeconds, isJustAcknowledged }),
    clientWrites: only<Context["clientWrites"]>({}),
    stateChanges: only<Context["stateChanges"]>({}),
  };
}

function only<Port extends object>(there: Partial<Port>): Port {
  return new Proxy(there as Port, {
    get(port, name) {
      if (!(name in port)) throw new Error("This process answers queries only");
      return Reflect.get(port, name) as unknown;
    },
  });
}

function lenderAt(primary: Channel<ToPrimary>): Lender {
  return {
    token: (family) => primary.ask("token", family),
    replacement: (ask) => primary.ask("replacement", ask),
    turn: (ask) => primary.ask("turn", ask),
    over: (end) => primary.tell("over", end),
    slow: (told) => primary.tell("slow", told),
  };
}

/** Counted by the primary, so that several processes give nobody several times as much. */
function allowancesAt(primary: Channel<ToPrimary>, { limits }: Config): Allowances {
  const at = (of: keyof Allowances) =>
    allowanceAhead((caller, points, wantsMore) => primary.ask("advance", { of, caller, points, wantsMore }));
  return {
    operations: limits.operationsPerMinute > 0 ? at("operations") : undefined,
    koreRequests: limits.koreRequestsPerMinute > 0 ? at("koreRequests") : undefined,
  };
}
