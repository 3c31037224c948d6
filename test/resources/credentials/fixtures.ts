import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../../src/simulator/index.ts";
import { type TestApp, environmentOf, startApp } from "../../support/app.ts";
import { afterTest } from "../../support/vitest/cleanup.ts";

/** KORE with two accounts for the first client, and one for a client of its own. */
const WORLD: SimulatorOptions = {
  clock: "manual",
  accounts: {
    home: { sims: 3, states: "Active" },
    other: { sims: 2, states: "Active" },
    child: { sims: 2, states: "Active", ownClient: true },
  },
};

/** The graph of a test, in front of {@link kore}; the simulator of `startApp` is not used. */
export let app: TestApp;
export let kore: Simulator;
/** Removed at the end of the test. */
export let folder: string;
/** That of the credentials. */
export let file: string;

const apps: TestApp[] = [];

/** Starts KORE, until the end of the test. */
export async function startKore(options: SimulatorOptions = {}): Promise<void> {
  const started = await startSimulator({ ...WORLD, ...options });
  const created = await mkdtemp(join(tmpdir(), "kore-graph-several-"));
  kore = started;
  folder = created;
  file = join(folder, "credentials.json");
  afterTest(async () => {
    await Promise.all(apps.splice(0).map((each) => each.stop()));
    await started.stop();
    await rm(created, { recursive: true });
  });
}

/** Starts the graph with a file of credentials. */
export async function start(entries: object[], env: Record<string, string> = {}): Promise<void> {
  await writeFile(file, JSON.stringify(entries));
  const accounts = Object.entries(kore.examples.accountMapping).map((pair) => pair.join("="));
  await startWith({
    ...{ KORE_CLIENT_ID: "", KORE_CLIENT_SECRET: "", KORE_API_KEY: "", KORE_CREDENTIALS_FILE: file },
    ...{ KORE_ACCOUNT_MAP: accounts.join(","), CACHE_SECONDS: "0", ...env },
  });
}

/** Starts the graph with other variables. */
export async function startWith(env: Record<string, string>): Promise<void> {
  app = await startApp({}, { ...environmentOf(kore), WARM_UP_MS: "0", ...env });
  apps.push(app);
}

export const entry = (
  name: string,
  accounts: "*" | string[],
  { clientId, clientSecret, apiKey } = kore.credentials,
) => ({
  name,
  accounts,
  developerPortal: { clientId, clientSecret, apiKey },
});
export const rest = () => entry("rest", "*");
export const child = (accounts = ["child"]) => entry("child", accounts, kore.credentialsOf("child"));
export const refused = (name: string, accounts: "*" | string[]) =>
  entry(name, accounts, { ...kore.credentials, clientSecret: "hunter2" });

export const count = (accountId: string) =>
  app.graph.query<{ subscriptions: { totalCount: number } | null }>(
    `{ subscriptions(accountId: "${accountId}") { totalCount } }`,
  );
export const tokens = () => kore.log().filter(({ path }) => path === "/Api/api/token").length;
export const asked = (path: string) => kore.log().filter((request) => request.path === path).length;
export const codes = ({ errors = [] }: { errors?: { extensions: { code: string } }[] }) =>
  errors.map(({ extensions }) => extensions.code);
