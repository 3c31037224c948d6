import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const src = join(root, "src");

interface Import {
  from: string;
  /** Path below src, or the name of a package. */
  to: string;
  isOurs: boolean;
}

const imports: Import[] = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .flatMap((from) =>
    ts.preProcessFile(readFileSync(join(src, from), "utf8")).importedFiles.map(({ fileName }) => {
      const isOurs = fileName.startsWith(".");
      return { from, to: isOurs ? relative(src, join(src, dirname(from), fileName)) : fileName, isOurs };
    }),
  );

const floorOf = (path: string) => path.split("/")[0] ?? "";
const broken = (rule: (found: Import) => boolean) =>
  imports.filter((found) => !rule(found)).map(({ from, to }) => `${from} -> ${to}`);

/** What each floor may import of ours, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["cli.ts"],
  "cli.ts": ["commands", "server"],
  commands: ["app.ts", "app", "graph", "kore", "resources", "server", "simulator"],
  "app.ts": ["app", "graph", "kore", "resources", "server", "simulator"],
  app: ["graph", "kore", "resources", "server", "simulator"],
  common: [],
  resources: ["graph", "kore"],
  server: ["graph"],
  graph: [],
  kore: [],
  simulator: [],
};

test("the floors are those of the design, and there are imports to look at", () => {
  expect(readdirSync(src).sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  expect(imports.length).toBeGreaterThan(100);
});

test("a floor imports only the floors below it", () => {
  expect(
    broken(({ from, to, isOurs }) => {
      const [floor, target] = [floorOf(from), floorOf(to)];
      return !isOurs || floor === target || target === "common" || (MAY_IMPORT[floor] ?? []).includes(target);
    }),
  ).toEqual([]);
});

test("a floor is entered through its index, except the server, which is a set of parts", () => {
  expect(
    broken(({ from, to, isOurs }) => {
      const target = floorOf(to);
      const isEntered =
        isOurs && floorOf(from) !== target && ["graph", "kore", "resources", "simulator"].includes(target);
      return !isEntered || to === `${target}/index.ts`;
    }),
  ).toEqual([]);
});

test("kore imports no GraphQL", () => {
  expect(broken(({ from, to }) => floorOf(from) !== "kore" || !/graphql|apollo/.test(to))).toEqual([]);
});

test("a resource imports others by their index only", () => {
  expect(
    broken(({ from, to, isOurs }) => {
      const [fromFloor, slice] = from.split("/");
      const [toFloor, other, file] = to.split("/");
      const isCrossing = isOurs && fromFloor === "resources" && toFloor === "resources" && slice !== other;
      const isOfContext = from === "resources/context.ts" && file?.endsWith(".type.ts") === true; // An index would be a cycle.
      return !isCrossing || file === undefined || file === "index.ts" || isOfContext;
    }),
  ).toEqual([]);
});

test("no file imports itself through others, types included", () => {
  const targets = new Map<string, string[]>();
  for (const { from, to, isOurs } of imports) if (isOurs) targets.set(from, [...(targets.get(from) ?? []), to]);
  const reachable = (start: string) => {
    const seen = new Set<string>();
    const left = [...(targets.get(start) ?? [])];
    for (let file = left.pop(); file !== undefined; file = left.pop()) {
      if (!seen.has(file)) left.push(...(targets.get(file) ?? []));
      seen.add(file);
    }
    return seen;
  };
  expect([...targets.keys()].filter((file) => reachable(file).has(file))).toEqual([]);
});

test("a resource holds files of the known kinds only", () => {
  const kinds = /^(index|[\w-]+\.(type|inputs|mapper|loader|resolver|service))\.ts$/;
  const unexpected = readdirSync(join(src, "resources"), { recursive: true, encoding: "utf8" }).filter(
    (file) => file.includes("/") && !kinds.test(file.split("/")[1] ?? ""),
  );
  expect(unexpected).toEqual([]);
});

test("KORE's kebab-case occurs in kore/, mappers, loaders and services only", () => {
  // The server's own kebab-case is that of HTTP headers.
  const allowed = /^(kore|simulator|server)\/|\.(mapper|loader|service)\.ts$/;
  const kebab = /\["[a-z]+(-[a-z]+)+"\]|"(account|subscription|activation|provisioning)-[a-z-]+":/;
  const files = [...new Set(imports.map(({ from }) => from))].filter((file) => !allowed.test(file));
  expect(files.filter((file) => kebab.test(readFileSync(join(src, file), "utf8")))).toEqual([]);
});

test("the top level holds the folders of the design, and files that tools need there", () => {
  const named = ["src", "schema", "codegen.yml", "test", "package.json", "tsconfig.json", "README.md"];
  const needed = ["package-lock.json", "LICENSE", "CHANGELOG.md", "Dockerfile"];
  const generated = ["node_modules", "dist", "coverage"];
  const unexpected = readdirSync(root).filter(
    (name) => !name.startsWith(".") && ![...named, ...needed, ...generated].includes(name),
  );
  expect(unexpected).toEqual([]);
});

/** Folders of more than twelve files, each with the reason. */
const LARGE_FOLDERS: ReadonlySet<string> = new Set([
  "test/bench", // A file for each section and server of the bench, all of which `bench.ts` composes.
  "test/contract", // A suite for each promise over the whole graph: there is no floor to sort them by.
]);

test("no folder holds more than twelve files beside its folders", () => {
  const folders = ["src", "test"].flatMap((top) => [
    top,
    ...readdirSync(join(root, top), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ parentPath, name }) => relative(root, join(parentPath, name))),
  ]);
  const loose = (folder: string) =>
    readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isFile());
  expect(folders.filter((folder) => loose(folder).length > 12 && !LARGE_FOLDERS.has(folder))).toEqual([]);
});

test("helpers of tests have no hooks at their top, which would be those of the first file alone that imports them", () => {
  const found = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" }).filter(
    (file) =>
      /(?<!\.test)\.ts$/.test(file) &&
      file !== "support/vitest/setup.ts" &&
      /^(before|after)(Each|All)\(/m.test(readFileSync(join(root, "test", file), "utf8")),
  );
  expect(found).toEqual([]);
});

test("comments, descriptions and documents name their subject, in the field's words", () => {
  const isWritten = (file: string) => /\.(tsx?|md)$/.test(file) && !file.includes("generated/");
  const files = [
    ...readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter(isWritten)
      .map((file) => join(src, file)),
    join(root, "README.md"),
    join(root, "schema/subgraph.graphql"),
  ];
  const subject = /(^|[.*/"`]\s*)(Who|What|Whoever) /;
  const riddles = /\b(told|whoever|lonely|foresight|aboard|takeOff|purse)\b/i;
  const found = files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, index) =>
        subject.test(line) || riddles.test(line) ? [`${relative(root, file)}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
  expect(found).toEqual([]);
});
