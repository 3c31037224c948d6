import { hash, randomUUID } from "node:crypto";
import { type CredentialSet, type Kore, credentialSet } from "../kore/index.ts";
import { type CredentialEntry, openCredentialsFile } from "../server/config/files/credentials-file.ts";
import { type Config, type KoreConfig, type KoreCredentials } from "../server/config/index.ts";
import { type Disposables } from "../server/http/disposables.ts";
import { type Logger } from "../server/logging/log.ts";
import { type StoreMarks } from "../server/storage/lmdb.ts";
import { type Simulator } from "../simulator/index.ts";
import { type Runtime } from "./runtime.ts";
import { startOwnSimulator } from "./simulator.ts";

/** KORE's addresses, and the credentials in force at the start. */
export type KoreTarget = Omit<KoreConfig, "credentials"> & { credentials: readonly CredentialSet[] };

interface FoundKore {
  config: KoreConfig;
  /** One that was started here. */
  simulator?: Simulator;
  /** Values for the playground's variables, by name. */
  examples: Readonly<Record<string, unknown>>;
  webhook: Config["webhook"];
}

interface OpenedTarget extends Omit<FoundKore, "config"> {
  target: KoreTarget;
  credentials: OpenedCredentials;
}

interface OpenedCredentials {
  readonly sets: readonly CredentialSet[];
  /** From now on applies each change of the credentials file. */
  follow(kore: Kore): void;
  close(): void;
}

/** The KORE to use: the live one, or a simulator that is started here. @throws SettingError */
export async function openTarget({
  config,
  log,
  disposables,
}: Pick<Runtime, "config" | "log" | "disposables">): Promise<OpenedTarget> {
  const { config: koreConfig, ...found } = await findKore(config, disposables);
  const credentials = await openCredentials(koreConfig, log);
  disposables.add(() => credentials.close());
  return { ...found, target: { ...koreConfig, credentials: credentials.sets }, credentials };
}

/** Slow enough to watch a request proceed. */
export const WATCHABLE = { pendingAfterMs: 2000, completedAfterMs: 8000 };

async function findKore({ kore, webhook }: Config, disposables: Disposables): Promise<FoundKore> {
  if (kore.mode === "live") return { config: kore.live, examples: {}, webhook };
  if ("live" in kore) return { config: kore.live, examples: kore.examples, webhook };
  const simulator = await startOwnSimulator(kore, WATCHABLE);
  disposables.add(() => simulator.stop());
  return {
    simulator,
    webhook: webhook ?? {
      secrets: [randomUUID()],
      accessToken: undefined,
      callbackUrl: "http://127.0.0.1/webhooks/kore",
      maxAge: undefined,
    },
    examples: { ...simulator.examples },
    config: simulatedKore(simulator),
  };
}

/** Addresses and credentials of a simulator. */
export function simulatedKore({ urls, credentials, examples }: Simulator): KoreConfig {
  return {
    connectivityUrl: urls.connectivity,
    connectivityTokenUrl: urls.connectivityToken,
    smsUrl: urls.sms,
    clientsUrl: urls.clients,
    globalTokenUrl: urls.globalToken,
    credentials,
    accountEmail: credentials.accountEmail,
    accountMapping: new Map(Object.entries(examples.accountMapping)),
  };
}

/** The configured credentials, or those in the file that the configuration names. @throws SettingError */
export async function openCredentials(
  { credentials, accountEmail }: Pick<KoreConfig, "credentials" | "accountEmail">,
  log: Logger,
): Promise<OpenedCredentials> {
  if (!("file" in credentials)) {
    return { sets: credentialSets(credentials, accountEmail), follow: () => undefined, close: () => undefined };
  }
  let apply: (sets: readonly CredentialSet[]) => void = () => undefined;
  const file = await openCredentialsFile(credentials.file, {
    reread(entries) {
      apply(credentialSets(entries, accountEmail));
      log.info({ reason: entries.map(({ name }) => name).join(", ") }, "the credentials for KORE were read again");
    },
    failure: (err) =>
      log.warn({ err }, "the credentials for KORE could not be read again; the last ones stay in force"),
  });
  return {
    sets: credentialSets(file.content, accountEmail),
    follow(kore) {
      apply = (sets) => kore.replaceCredentials(sets);
      apply(credentialSets(file.content, accountEmail)); // The file may have changed since it was read first.
    },
    close: () => file.close(),
  };
}

function credentialSets(
  given: readonly CredentialEntry[] | KoreCredentials,
  accountEmail: string,
): readonly CredentialSet[] {
  if ("clientId" in given) return [credentialSet({ ...given, accountEmail })];
  return given.map(({ developerPortal, accountEmail: email = accountEmail, ...entry }) =>
    credentialSet({ ...entry, ...developerPortal, accountEmail: email }),
  );
}

/**
 * Identifies the KORE that a store belongs to, by its base address and whatever the credentials: orders and claims go
 * by account. Hashed, so that the store does not show it. Until version 0.2 the mark held the client id as well.
 */
export function marksOf({
  connectivityUrl,
  credentials,
}: Pick<KoreTarget, "connectivityUrl" | "credentials">): StoreMarks {
  const clientIds = credentials.flatMap(({ developer, console }) => [developer.clientId, console.clientId]);
  return {
    mark: hashOf([baseOf({ connectivityUrl })]),
    former: clientIds.map((clientId) => hashOf([connectivityUrl.replace(/\/+$/, ""), clientId])),
  };
}

/** KORE's base address. */
export function baseOf({ connectivityUrl }: Pick<KoreTarget, "connectivityUrl">): string {
  const { origin, pathname } = new URL(connectivityUrl);
  return origin + pathname.replace(/\/+$/, "");
}

const hashOf = (parts: readonly string[]) => hash("sha256", JSON.stringify(parts), "hex");
