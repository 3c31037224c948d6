/**
 * Builds dist/: compiles src/ and bundles the playground, each only where its inputs have changed. `server` or
 * `playground` as argument: only that. In JavaScript, and compiler and bundler are loaded when there is work: before `npm
 * start` this runs where neither is installed.
 */
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const CLIENT = "server/playground/client";
const TSCONFIGS = [".tsconfig.build.json", "tsconfig.json"];

const [, script, part] = process.argv;
try {
  if (part === "playground") await bundle();
  else if (part === "server") await compile();
  else {
    // Beside each other: the compiler uses one core.
    const other = once(fork(script, ["playground"]), "exit");
    await compile();
    const [code] = await other;
    process.exitCode = code ?? 1;
  }
} catch (error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  process.stderr.write("dist/ is not current, and what builds it is not installed: npm ci && npm run build\n");
  process.exitCode = 1;
}

/** Compiles the files that have changed, each on its own (`isolatedModules`). `npm run check:types` checks their types. */
async function compile() {
  const names = (await readdir(join(root, "src"), { recursive: true }).catch(() => [])).filter(
    (name) => name.endsWith(".ts") && !name.startsWith(CLIENT),
  );
  if (names.length === 0) return; // Deployed without its source.
  const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const by = hashOf(devDependencies.typescript, ...(await contents(TSCONFIGS)));
  const hashes = (await contents(names.map((name) => `src/${name}`))).map((text) => hashOf(by, text));
  const wanted = Object.fromEntries(names.map((name, index) => [name, hashes[index]]));

  const manifest = join(root, "dist/.compiled.json");
  const built = JSON.parse(await readFile(manifest, "utf8").catch(() => "{}"));
  const stale = names.filter((name) => built[name] !== wanted[name]);
  const removed = Object.keys(built).filter((name) => !(name in wanted));
  if (stale.length + removed.length === 0) return;

  const finished = progress(`compiling ${stale.length} of ${names.length} files`);
  const { default: ts } = await import("typescript");
  const alone = { noCheck: true, noLib: true, noResolve: true, types: [] };
  const { options } = ts.getParsedCommandLineOfConfigFile(join(root, TSCONFIGS[0]), alone, ts.sys);
  const rootNames = stale.map((name) => join(root, "src", name));
  const { emitSkipped } = ts.createProgram({ rootNames, options }).emit();
  if (emitSkipped) throw new Error("nothing was compiled");
  const outputs = removed.map((name) => join(root, "dist", name.replace(/\.ts$/, ".js")));
  for (const output of outputs) for (const end of ["", ".map"]) await rm(output + end, { force: true });
  await writeFile(manifest, JSON.stringify(wanted));
  finished();
}

/** Bundles the playground's page into dist/playground. */
async function bundle() {
  const client = join(root, "src", CLIENT);
  const names = await readdir(client).catch(() => []);
  if (names.length === 0) return;
  const inputs = [...names.sort().map((name) => `src/${CLIENT}/${name}`), "package-lock.json"];
  const wanted = hashOf(...(await contents(inputs)));
  const target = join(root, "dist/playground");
  const isCurrent = async () => (await readFile(join(target, ".hash"), "utf8").catch(() => "")) === wanted;
  if (await isCurrent()) return;

  const finished = progress("bundling the playground");
  // React and GraphiQL select their development builds by this variable, which vitest sets to "test".
  process.env.NODE_ENV = "production";
  const { build } = await import("vite");
  // Built beside the target and then moved: a failed build keeps the previous one.
  const staging = join(root, `dist/.playground-${process.pid}`);
  try {
    await build({
      ...{ configFile: false, envDir: false, publicDir: false, logLevel: "error", root: client, base: "/playground/" },
      // Monaco starts one worker per language. As ES modules they are files: no blob: in the page's CSP.
      worker: { format: "es" },
      build: {
        outDir: staging,
        emptyOutDir: true,
        sourcemap: false,
        assetsInlineLimit: 0,
        reportCompressedSize: false,
        chunkSizeWarningLimit: Infinity, // Monaco is one chunk of megabytes
      },
    });
    await compress(join(staging, "assets"));
    await writeFile(join(staging, ".hash"), wanted);
    // Tests may build in parallel. The second build keeps the files that the first one serves.
    if (!(await isCurrent())) {
      await rm(target, { recursive: true, force: true });
      await rename(staging, target);
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  finished();
}

/** For @fastify/static's `preCompressed`: a first visit loads a quarter of the bytes. */
async function compress(folder) {
  await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const file = join(folder, name);
      await writeFile(`${file}.gz`, await promisify(gzip)(await readFile(file)));
    }),
  );
}

function contents(files) {
  return Promise.all(files.map((file) => readFile(join(root, file))));
}

function hashOf(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}

/** Shows what takes seconds, and how many it took. */
function progress(what) {
  const started = performance.now();
  process.stderr.write(`${what} …\n`);
  return () => process.stderr.write(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}
