import { userInfo } from "node:os";
import { parseArgs } from "node:util";
import { withStoppedServersOrders } from "./app.ts";
import { KoreError, type ProvisioningCommands, type ResolutionResult } from "./kore/index.ts";
import { readConfig } from "./server/config/index.ts";
import { SettingError } from "./server/config/setting-error.ts";
import { createLog } from "./server/logging/log.ts";

interface Output {
  say: (text: string) => void;
  complain: (text: string) => void;
}

/**
 * Lists the orders in doubt of a stopped server's store, or settles one: what `unresolvedOrders` and `resolveOrder` do
 * in the graph. Gives the exit code: 1 when nothing was changed.
 *
 * @throws SettingError naming the option that is wrong
 */
export async function resolveOrderInStore(
  args: string[],
  env: NodeJS.ProcessEnv,
  { say, complain }: Output,
): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: {
      account: text,
      intent: text,
      "arrived-as": text,
      "did-not-arrive": { type: "boolean" },
      confirm: text,
    },
  });
  const { account: accountId, intent: intentId, "arrived-as": arrived, "did-not-arrive": isLost } = values;
  if (accountId === undefined) throw new SettingError("--account: is missing");
  const config = readConfig(env);
  if (config.kore.mode !== "live") throw new SettingError("KORE_MODE: a simulator keeps no store to look into");
  const log = createLog(config.logLevel);
  if (intentId === undefined) {
    await withStoppedServersOrders(config, log, async ({ resolution }) => {
      for (const { sentAt, ...order } of await resolution.list(accountId)) {
        say(`${JSON.stringify({ ...order, sentAt: new Date(sentAt).toISOString() })}\n`);
      }
    });
    return 0;
  }
  const arrivedAs = arrivalOf(arrived, isLost);
  if (!/^\d{1,6}$/.test(values.confirm ?? "")) throw new SettingError("--confirm: must be the number of SIMs");
  const confirm = Number(values.confirm);
  const who = `command ${userInfo().username}`;
  const settle = ({ resolution }: ProvisioningCommands) =>
    resolution.resolve({ accountId, intentId, arrivedAs, confirm, who });
  const result = await withStoppedServersOrders(config, log, settle).catch((error: unknown): KoreError => {
    if (error instanceof KoreError) return error;
    throw error;
  });
  const refusal = refusalOf(result);
  if (refusal !== undefined) complain(refusal);
  else say(`${JSON.stringify(result)}\n`);
  return refusal === undefined ? 0 : 1;
}

function arrivalOf(arrivedAs: string | undefined, didNotArrive = false): string | null {
  if ((arrivedAs !== undefined) === didNotArrive) {
    throw new SettingError("--arrived-as, --did-not-arrive: give exactly one of them");
  }
  if (arrivedAs === "") throw new SettingError("--arrived-as: must be the id of a provisioning request of KORE's");
  return arrivedAs ?? null;
}

function refusalOf(result: ResolutionResult | KoreError): string | undefined {
  if (result instanceof KoreError) return `KORE could not be asked (${result.kind}); nothing was changed.`;
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
