import { type Values } from "../server/config/index.ts";
import { listenError } from "../server/http/listen-error.ts";
import { type Simulator, type SimulatorOptions } from "../simulator/index.ts";

/** Without `SIMULATOR_PORT`. */
const DEFAULT_PORT = 4010;

/** Of the simulator. */
const HOST = "127.0.0.1";

/**
 * Starts a simulator. Without a configured port it listens on 4010, or on any free one where that is in use, so that
 * several graphs with simulators of their own run beside each other.
 *
 * @throws SettingError when the configured port cannot be listened on
 */
export async function startOwnSimulator(
  { port, sims, seed }: Values["simulator"],
  provisioning: SimulatorOptions["provisioning"] & {} = {},
): Promise<Simulator> {
  const { startSimulator } = await import("../simulator/index.ts"); // Not loaded for the live KORE.
  const start = (on: number) => startSimulator({ host: HOST, port: on, sims, seed, provisioning });
  try {
    return await start(port ?? DEFAULT_PORT);
  } catch (error) {
    const isInUse = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
    if (isInUse && port === undefined) return start(0);
    throw await listenError(error, { variable: "SIMULATOR_PORT", host: HOST, port: port ?? DEFAULT_PORT });
  }
}

/** Variables that point the graph, or another client, to a simulator by its addresses. */
export function environmentOf({ urls, credentials }: Simulator): Record<string, string> {
  return {
    KORE_CONNECTIVITY_URL: urls.connectivity,
    KORE_CONNECTIVITY_TOKEN_URL: urls.connectivityToken,
    KORE_SMS_URL: urls.sms,
    KORE_CLIENTS_URL: urls.clients,
    KORE_GLOBAL_TOKEN_URL: urls.globalToken,
    KORE_CLIENT_ID: credentials.clientId,
    KORE_CLIENT_SECRET: credentials.clientSecret,
    KORE_API_KEY: credentials.apiKey,
    KORE_ACCOUNT_EMAIL: credentials.accountEmail,
  };
}
