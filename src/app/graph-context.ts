import { createGraphContext, errorFormatter, noteStale } from "../graph/index.ts";
import { type Kore, KoreError, type StaleRead } from "../kore/index.ts";
import { type Context, describeKoreError } from "../resources/index.ts";
import { type Config } from "../server/config/index.ts";
import { warnOfBrokenReply } from "../server/logging/failed-calls.ts";
import { type Logger } from "../server/logging/log.ts";
import { RateLimitedLog } from "../server/logging/rate-limited-log.ts";
import { type ServerOptions } from "../server/server.ts";
import { requestIdOf } from "../server/telemetry/index.ts";
import { type KoreTarget } from "./kore-target.ts";

/** Creates the context of each operation. */
export function contextFactory(
  kore: Kore,
  services: Pick<
    Context,
    "provisioning" | "clientWrites" | "costCenterWrites" | "textMessages" | "alertRules" | "events" | "settings"
  >,
): ServerOptions<Context>["context"] {
  const { settings, provisioning, clientWrites, costCenterWrites, textMessages, alertRules, events } = services;
  return (signal, caller, instrumentation, onAnswer) => {
    const graph = createGraphContext(signal, caller, instrumentation);
    const { stats, requestId } = instrumentation;
    const requester = {
      accounts: caller.accounts,
      caller: caller.id,
      stats,
      requestId,
      onStale: ({ read, ageSeconds }: StaleRead) => noteStale(graph, read, ageSeconds),
    };
    return {
      kore: kore.session({ signal, onAnswer, ...requester }),
      writer: kore.writer(requester),
      settings,
      provisioning,
      clientWrites,
      textMessages,
      alertRules,
      costCenterWrites,
      events,
      ...graph, // Last: V8 gives an object that is extended after a spread a hidden class of its own each time.
    };
  };
}

export function settingsOf(
  { kore, unpublishedClientOperations, limits }: Config,
  { accountMapping }: Pick<KoreTarget, "accountMapping">,
  webhook: Config["webhook"],
): Context["settings"] {
  const ownWebhook = webhook && {
    url: webhook.callbackUrl,
    tokenKey: webhook.accessToken?.key ?? null,
  };
  return { mode: kore.mode, accountMapping, unpublishedClientOperations, limits, webhook: ownWebhook };
}

/** Formats errors for callers, and logs defects and broken replies. */
export function formatErrors(log: Logger): ServerOptions<Context>["formatError"] {
  const warnings = new RateLimitedLog(log);
  const describe = (error: unknown, requestId: string | undefined) => {
    const isBroken = error instanceof KoreError && error.kind === "contract";
    // One with a status was found when the call ended, and logged there.
    if (isBroken && error.status === undefined) warnOfBrokenReply(warnings, error, requestId);
    return describeKoreError(error);
  };
  const onDefect = (err: unknown, requestId: string | undefined) =>
    log.error({ requestId, err }, "an operation failed with a defect");
  return errorFormatter(describe, onDefect, requestIdOf);
}
