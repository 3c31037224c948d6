import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

interface Package {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  license?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides: Record<string, string>;
  allowScripts: Record<string, boolean>;
}

const read = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../${name}`, import.meta.url), "utf8"));

const manifest = (await read("package.json")) as Manifest;
const { "": root, ...packages } = ((await read("package-lock.json")) as { packages: Record<string, Package> }).packages;

const REGISTRY = "https://registry.npmjs.org/";

/** Licences under which a package may run in production, by their names in the SPDX list. */
const LICENCES = new Set(["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0"]);

/** Others, by package. Elastic-2.0 forbids to offer the package itself as a service, which a subgraph does not. */
const EXCEPTIONS = new Map([["@apollo/federation-internals", "Elastic-2.0"]]);

const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

const isFromRegistry = ({ resolved, integrity, link }: Package) =>
  link === undefined && (resolved === undefined || resolved.startsWith(REGISTRY)) && /^sha512-/.test(integrity ?? "");

/** `A AND B` needs both, `A OR B` either; nesting does not occur. */
function isListed(name: string, licence = "none"): boolean {
  if (EXCEPTIONS.get(name) === licence) return true;
  const terms = licence.replace(/[()]/g, "");
  const known = (term: string) => LICENCES.has(term.trim());
  return terms.includes(" OR ") ? terms.split(" OR ").some(known) : terms.split(" AND ").every(known);
}

test("12.10.1 every version in package.json is exact, and is the one that is locked", () => {
  const { dependencies, devDependencies, overrides } = manifest;
  const wanted = { ...dependencies, ...devDependencies };
  const inexact = Object.entries({ ...wanted, ...overrides }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  );
  expect(inexact).toEqual([]);
  const locked = Object.keys(wanted).map((name) => [name, packages[`node_modules/${name}`]?.version]);
  expect(Object.fromEntries(locked)).toEqual(wanted);
  expect(root).toMatchObject({ dependencies, devDependencies });
});

test("12.10.2 @fastify/static is past its advisory, which 9.1.1 mends", () => {
  const [major = 0, minor = 0, patch = 0] = (manifest.dependencies["@fastify/static"] ?? "").split(".").map(Number);
  expect(major * 10_000 + minor * 100 + patch).toBeGreaterThanOrEqual(90_101);
});

test("12.10.3 no dependency may run a script when it is installed, and each that has one is listed", () => {
  const { allowScripts } = manifest;
  const withScript = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScript.map(([path]) => nameOf(path)))].sort());
  expect(new Set(Object.values(allowScripts))).toEqual(new Set([false]));
});

test("12.10.4 the lockfile resolves nowhere else than npm's registry, each package with its hash", () => {
  expect(Object.entries(packages).filter(([, entry]) => !isFromRegistry(entry))).toEqual([]);
});

test.each([
  { resolved: "https://registry.npmjs.org.example/x.tgz", integrity: "sha512-x" },
  { resolved: "http://registry.npmjs.org/x.tgz", integrity: "sha512-x" },
  { resolved: "git+ssh://git@github.com/x/x.git#abc", integrity: "sha512-x" },
  { resolved: "../x", link: true },
  { resolved: `${REGISTRY}x.tgz` },
  { resolved: `${REGISTRY}x.tgz`, integrity: "sha1-x" },
])("12.10.5 another source is noticed: %j", (entry) => {
  expect(isFromRegistry(entry)).toBe(false);
});

test("12.10.6 packages of production have a licence that is listed", () => {
  const unlisted = Object.entries(packages)
    .filter(([path, { dev, license }]) => !dev && !isListed(nameOf(path), license))
    .map(([path, { license }]) => `${nameOf(path)}: ${license ?? "none"}`);
  expect(unlisted).toEqual([]);
});

test.each(["GPL-3.0", "Elastic-2.0", "MIT AND GPL-3.0", "GPL-2.0 OR GPL-3.0", "UNLICENSED", undefined])(
  "12.10.7 another licence is noticed: %s",
  (licence) => {
    expect(isListed("some-package", licence)).toBe(false);
  },
);
