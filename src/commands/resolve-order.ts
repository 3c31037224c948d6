import { userInfo } from "node:os";
import { withOrdersOfStoppedServer } from "../app/stopped-server.ts";
import { KoreError, type ResolutionResult } from "../kore/index.ts";
import { ALL_VARIABLES, type Config, readConfig } from "../server/config/index.ts";
import { SettingError } from "../server/config/setting-error.ts";
import { type Logger, createLog } from "../server/logging/log.ts";
import { type Output, defineCommand } from "./arguments/command.ts";

/**
 * Lists the unresolved orders of a stopped server's store, or resolves one, as `unresolvedOrders` and `resolveOrder` do
 * in the graph. The exit code is 1 when nothing was changed.
 */
export const resolveOrder = defineCommand({
  summary: "lists the unresolved orders of an account while the server is stopped, or resolves one of them",
  options: {
    account: { type: "string", value: "ID", help: "the account, such as cmp-1; alone it lists its unresolved orders" },
    intent: { type: "string", value: "ID", help: "the order to resolve" },
    "arrived-as": { type: "string", value: "ID", help: "adopts the request of KORE's with this id" },
    "did-not-arrive": { type: "boolean", help: "or releases the order: KORE has no such request" },
    confirm: { type: "string", value: "SIMS", help: "the number of SIMs of the order" },
  },
  settings: ALL_VARIABLES,
  async run(given, env, output) {
    const { account: accountId, intent: intentId, "arrived-as": arrived, "did-not-arrive": isLost } = given;
    if (accountId === undefined) throw new SettingError("--account: is missing");
    const config = readConfig({ LOG_LEVEL: "warn", ...env });
    if (config.kore.mode !== "live") throw new SettingError("KORE_MODE: a simulator keeps no store to look into");
    const log = createLog(config.logLevel);
    if (intentId === undefined) return list(accountId, config, log, output);
    const arrivedAs = arrivalOf(arrived, isLost);
    if (!/^\d{1,6}$/.test(given.confirm ?? "")) throw new SettingError("--confirm: must be the number of SIMs");
    return resolve({ accountId, intentId, arrivedAs, confirm: Number(given.confirm) }, config, log, output);
  },
});

async function list(accountId: string, config: Config, log: Logger, { say }: Output): Promise<number> {
  await withOrdersOfStoppedServer(config, log, async (orders) => {
    for (const { sentAt, ...order } of await orders.list(accountId)) {
      say(`${JSON.stringify({ ...order, sentAt: new Date(sentAt).toISOString() })}\n`);
    }
  });
  return 0;
}

interface Resolution {
  accountId: string;
  intentId: string;
  /** Null: the request did not arrive. */
  arrivedAs: string | null;
  confirm: number;
}

async function resolve(
  resolution: Resolution,
  config: Config,
  log: Logger,
  { say, complain }: Output,
): Promise<number> {
  const who = `command ${userInfo().username}`;
  const result = await withOrdersOfStoppedServer(config, log, (orders) => orders.resolve({ ...resolution, who })).catch(
    (error: unknown): KoreError => {
      if (error instanceof KoreError) return error;
      throw error;
    },
  );
  const refusal = refusalOf(result);
  if (refusal !== undefined) complain(refusal);
  else say(`${JSON.stringify(result)}\n`);
  return refusal === undefined ? 0 : 1;
}

function arrivalOf(arrivedAs: string | undefined, didNotArrive = false): string | null {
  if ((arrivedAs !== undefined) === didNotArrive) {
    throw new SettingError("--arrived-as, --did-not-arrive: give exactly one of them");
  }
  if (arrivedAs === "") throw new SettingError("--arrived-as: must be the id of a request of KORE's");
  return arrivedAs ?? null;
}

function refusalOf(result: ResolutionResult | KoreError): string | undefined {
  if (result instanceof KoreError) return `KORE could not be read (${result.kind}); nothing was changed.`;
  if (result.outcome !== "REJECTED") return undefined;
  const option = OPTIONS[result.field] ?? result.field;
  return `${option}: ${result.message} (${result.reason})`;
}

const OPTIONS: Readonly<Record<string, string>> = {
  intentId: "--intent",
  arrivedAs: "--arrived-as",
  didNotArrive: "--did-not-arrive",
  confirm: "--confirm",
};
