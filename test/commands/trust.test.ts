import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../../src/commands/arguments/parse.ts";
import { trust } from "../../src/commands/trust.ts";
import { readTrustedDocuments } from "../../src/server/graphql/trusted-documents.ts";
import { type TestApp, startApp } from "../support/app.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-trust-"));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
/** A folder of these files. */
async function frontEnd(files: Readonly<Record<string, string>>): Promise<string> {
  const root = join(folder, String((count += 1)));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

async function run(...args: string[]) {
  let said = "";
  const complaints: string[] = [];
  const output = { say: (text: string) => void (said += text), complain: (line: string) => void complaints.push(line) };
  const code = await runCommand(trust, args, { KORE_CLIENT_SECRET: "" }, output);
  return { code, said, complaints };
}

const FRAGMENT = "fragment Row on SimSubscription { iccid state }";
const SIMS = `query Sims($accountId: ID!) { subscriptions(accountId: $accountId) { nodes { ...Row } } }`;
const MODE = "query Mode { capabilities { mode } }";

interface Manifest {
  operations: { id: string; name: string; type: string; body: string }[];
}

test("operations of all folders are written, by name, with the fragments of other files and __typename", async () => {
  const root = await frontEnd({
    "pages/sims.graphql": SIMS,
    "components/deep/row.gql": FRAGMENT,
    "mode.graphql": MODE,
    "schema.graphql": "extend type Query { isLoggedIn: Boolean! }",
    "node_modules/other/bad.graphql": "query Bad { gone }",
    "notes.txt": "query Not {",
  });
  const { code, said } = await run(root);
  const { operations } = JSON.parse(said) as Manifest;
  expect([code, operations.map(({ name, type }) => [name, type])]).toEqual([
    0,
    [
      ["Mode", "query"],
      ["Sims", "query"],
    ],
  ]);
  expect(operations[1]?.body.replace(/\s+/g, " ")).toBe(
    "query Sims($accountId: ID!) { subscriptions(accountId: $accountId) { nodes { ...Row __typename } __typename } } fragment Row on SimSubscription { iccid state __typename }",
  );
  expect(operations.every(({ id }) => /^[0-9a-f]{64}$/.test(id))).toBe(true);
});

test("the same documents give the same manifest, wherever they are, and --check finds another", async () => {
  const one = await frontEnd({ "a.graphql": SIMS, "b.graphql": FRAGMENT, "c.graphql": MODE });
  const other = await frontEnd({ "z.gql": `${MODE}\n# one file\n${FRAGMENT}\n${SIMS}` });
  expect((await run(one)).said).toBe((await run(other)).said);
  const out = join(folder, "manifest.json");
  expect((await run(one, "--out", out)).said).toBe(`2 operations. Serve only them with TRUSTED_DOCUMENTS=${out}\n`);
  expect(await run(other, "--check", out)).toMatchObject({ code: 0, complaints: [] });
  const changed = await frontEnd({ "a.graphql": MODE });
  expect(await run(changed, "--check", out)).toMatchObject({ code: 1, complaints: [expect.stringContaining("--out")] });
});

test.each<[what: string, files: Record<string, string>, mistakes: RegExp[]]>([
  ["a syntax error", { "a.graphql": "query A {" }, [/a\.graphql:1:10: Syntax Error/]],
  [
    "an operation without a name",
    { "a.graphql": "{ capabilities { mode } }" },
    [/a\.graphql:1:1: The operation has no name/],
  ],
  [
    "two operations of one name",
    { "a.graphql": MODE, "b.graphql": MODE },
    [/b\.graphql:1:1: The operation Mode is also in .*a\.graphql/],
  ],
  [
    "two fragments of one name",
    { "a.graphql": SIMS, "b.graphql": FRAGMENT, "c.graphql": FRAGMENT },
    [/c\.graphql:1:1: The fragment Row is also in/],
  ],
  [
    "a field that does not exist",
    { "a.graphql": "query A {\n  gone\n}" },
    [/a\.graphql:2:3: Cannot query field "gone"/],
  ],
  ["a fragment that does not exist", { "a.graphql": SIMS }, [/a\.graphql:1:\d+: Unknown fragment "Row"/]],
  [
    "an operation that the server's limits refuse",
    {
      "a.graphql": `query A { ${"x: __typename ".repeat(3)} ${Array.from({ length: 31 }, (_, i) => `a${i}: __typename`).join(" ")} }`,
    },
    [/Aliases/, /Fields of the outermost level/],
  ],
])("%s is refused by its place, and nothing is written", async (_, files, mistakes) => {
  const out = join(folder, "none.json");
  const { code, said, complaints } = await run(await frontEnd(files), "--out", out);
  expect([code, said]).toEqual([1, ""]);
  for (const mistake of mistakes) expect(complaints).toContainEqual(expect.stringMatching(mistake));
  await expect(readFile(out)).rejects.toThrow("ENOENT");
});

test.each([
  [[], "FOLDER: is missing"],
  [["/nowhere/at/all"], "FOLDER: cannot be read (ENOENT)"],
  [["schema/kore"], "FOLDER: holds no operation"],
  [["schema/operations", "--format", "yaml"], "--format: must be one of apollo, hashes"],
  [["schema/operations", "more"], "an argument is given that belongs to no option"],
])("%j is refused in words", async (args, message) => {
  await expect(run(...args)).rejects.toThrow(message);
});

test.each(["apollo", "hashes"])("TRUSTED_DOCUMENTS takes the form %s", async (format) => {
  const out = join(folder, `${format}.json`);
  await run(await frontEnd({ "a.graphql": MODE }), "--out", out, "--format", format, "--without-typename");
  expect((await readTrustedDocuments(out)).texts).toEqual(["query Mode {\n  capabilities {\n    mode\n  }\n}"]);
});

test("a graph with the manifest runs its operations by hash and by text, as clients print them, and no others", async () => {
  const out = join(folder, "served.json");
  await run(await frontEnd({ "a.graphql": SIMS, "b.graphql": FRAGMENT }), "--out", out);
  const { operations } = JSON.parse(await readFile(out, "utf8")) as Manifest;
  const app: TestApp = await startApp({ accounts: { acme: { sims: 1 } } }, { TRUSTED_DOCUMENTS: out });
  const variables = { accountId: "acme" };
  const ask = async (body: object) => (await (await app.graph.post({ ...body, variables })).json()) as unknown;

  const byHash = await ask({ extensions: { persistedQuery: { version: 1, sha256Hash: operations[0]?.id } } });
  const nodes = [
    { __typename: "SimSubscription", iccid: app.kore.iccids("acme")[0], state: expect.anything() as string },
  ];
  expect(byHash).toEqual({ data: { subscriptions: { __typename: "SimSubscriptionConnection", nodes } } });
  const reordered = `${FRAGMENT} query Sims($accountId: ID!) { subscriptions(accountId: $accountId) { __typename nodes { __typename ...Row } } }`;
  for (const query of [`${SIMS} ${FRAGMENT}`, reordered, reordered]) {
    expect(await ask({ query })).toMatchObject({ data: { subscriptions: { nodes: [{ iccid: nodes[0]?.iccid }] } } });
  }
  for (const query of [
    MODE,
    SIMS,
    `${SIMS} ${FRAGMENT.replace("state", "state imsi")}`,
    `${SIMS} ${FRAGMENT.replace("state", "state s: __typename")}`,
  ]) {
    expect(await ask({ query })).toMatchObject({ errors: [{ extensions: { code: "UNTRUSTED_DOCUMENT" } }] });
  }
  await app.stop();
});

test("a document of the manifest that cannot be parsed makes no other trusted", async () => {
  const out = join(folder, "broken.json");
  await writeFile(out, JSON.stringify({ a: "query Broken {", b: "", c: "query Mode { capabilities { mode } }" }));
  const documents = await readTrustedDocuments(out);
  const long = `{ ${"id ".repeat(1000)} }`;
  for (const query of ["", "# a comment", "query Other {", '"', long]) {
    expect(documents.textOf({ query })).toBeUndefined();
  }
  expect(documents.textOf({ query: MODE })).toBe(MODE);
});
