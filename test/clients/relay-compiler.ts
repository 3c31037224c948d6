import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type ConcreteRequest, type ReaderFragment } from "relay-runtime";
import { scalars } from "../../schema/client/scalars.ts";

const run = promisify(execFile);

const RELAY_COMPILER = "relay-compiler@20.1.1";

/** Not part of the repository, and no dependency of ours: 106 MB, since it has a binary for each platform. */
const INSTALLED = fileURLToPath(new URL("../../.kore-graph/clients/relay-compiler", import.meta.url));
const SCHEMA = fileURLToPath(new URL("../../schema/api.graphql", import.meta.url));

/** Installs Relay's compiler from npm's registry. Undefined: it cannot be had, which fails in CI. */
export async function installRelayCompiler(): Promise<string | undefined> {
  await mkdir(INSTALLED, { recursive: true });
  await writeFile(join(INSTALLED, "package.json"), '{ "private": true }\n');
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  try {
    await run("npm", ["install", ...quiet, RELAY_COMPILER], { cwd: INSTALLED });
    return join(INSTALLED, "node_modules/relay-compiler/cli.js");
  } catch (error) {
    const message = `${RELAY_COMPILER} could not be installed`;
    if (process.env.CI) throw new Error(message, { cause: error });
    process.stderr.write(`Relay's tests are skipped. ${message}\n`);
    return undefined;
  }
}

/** Relay's configuration, as the README shows it. */
const CONFIGURATION = {
  src: "src",
  language: "javascript",
  schema: "schema.graphql",
  eagerEsModules: true,
  schemaConfig: { nodeInterfaceIdField: "nodeId" },
  customScalarTypes: scalars,
};

export interface Artifacts {
  request: (name: string) => Promise<ConcreteRequest>;
  fragment: (name: string) => Promise<ReaderFragment>;
  remove: () => Promise<void>;
}

/** Compiles a program's documents. @throws Error with the compiler's messages */
export async function compileForRelay(compiler: string, program: string): Promise<Artifacts> {
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-relay-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "src"));
  await symlink(SCHEMA, join(folder, "schema.graphql"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  await writeFile(join(folder, "relay.config.json"), JSON.stringify(CONFIGURATION));
  await writeFile(join(folder, "src/app.js"), program);
  await run(process.execPath, [compiler, "relay.config.json"], { cwd: folder }).catch(async (error: unknown) => {
    await remove();
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}\n${stderr}`);
  });
  const load = async (name: string): Promise<unknown> => {
    const file = pathToFileURL(join(folder, `src/__generated__/${name}.graphql.js`)).href;
    return ((await import(/* @vite-ignore */ file)) as { default: unknown }).default;
  };
  return {
    request: async (name) => (await load(name)) as ConcreteRequest,
    fragment: async (name) => (await load(name)) as ReaderFragment,
    remove,
  };
}
