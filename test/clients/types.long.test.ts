import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A front end's folder, whose types gql.tada makes from schema/api.graphql. */
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-tada-"));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const plugin = {
    name: "gql.tada/ts-plugin",
    schema: join(ROOT, "schema/api.graphql"),
    tadaOutputLocation: "./graphql-env.d.ts",
  };
  const compilerOptions = {
    ...{ target: "ES2022", module: "NodeNext", moduleResolution: "NodeNext", strict: true, noEmit: true },
    ...{ skipLibCheck: true, allowImportingTsExtensions: true, types: [], plugins: [plugin] },
  };
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  await run(process.execPath, [join(ROOT, "node_modules/gql.tada/bin/cli.js"), "generate-output"], { cwd: folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function mistakesIn(program: string): Promise<string> {
  const head = `
    import { initGraphQLTada, type ResultOf, type VariablesOf } from "gql.tada";
    import type { introspection } from "./graphql-env.d.ts";
    import { type Scalars } from "${ROOT}schema/client/scalars.ts";
    const graphql = initGraphQLTada<{ introspection: introspection; scalars: Scalars }>();
    export const Sims = graphql(\`query Sims($accountId: ID!, $iccids: [ICCID!]!) {
      subscriptionsByIccid(accountId: $accountId, iccids: $iccids) { id state currentState { startedAt } }
    }\`);
    export type Sim = NonNullable<ResultOf<typeof Sims>["subscriptionsByIccid"][number]>;`;
  await writeFile(join(folder, "main.ts"), `${head}\n${program}\n`);
  const compiled = run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "."], { cwd: folder });
  return compiled.then(
    () => "",
    (error: unknown) => (error as { stdout: string }).stdout,
  );
}

test("gql.tada infers results, variables and scalars from schema/api.graphql", async () => {
  const program = `
    export const variables: VariablesOf<typeof Sims> = { accountId: "a", iccids: ["89"] };
    export const state = (sim: Sim): "ACTIVE" | undefined => (sim.state === "ACTIVE" ? sim.state : undefined);
    export const since = (sim: Sim): string => sim.currentState?.startedAt ?? "";`;
  expect(await mistakesIn(program)).toBe("");
});

test("it refuses what the schema does not have", async () => {
  const mistakes = await mistakesIn(`
    export const variables: VariablesOf<typeof Sims> = { accountId: "a", iccids: [89] };
    export const apns = (sim: Sim) => sim.apns;`);
  expect(mistakes).toContain("Type 'number' is not assignable to type 'string'");
  expect(mistakes).toContain("Property 'apns' does not exist");
});
