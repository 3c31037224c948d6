/**
 * Builds dist/: bundles the server and the playground, each only where its inputs have changed. `server` or `playground`
 * as argument: only that. In JavaScript, and bundlers are loaded when there is work: before `npm start` this runs where
 * none is installed.
 */
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const { resolve } = createRequire(import.meta.url);
const CLIENT = "server/playground/client";

/** Of undici all that its clients are made of: the rest, such as its `fetch`, is loaded at each start for nothing. */
const UNDICI = `
  import Dispatcher from "./lib/dispatcher/dispatcher.js";
  import api from "./lib/api/index.js";
  Object.assign(Dispatcher.prototype, api);
  export { default as Agent } from "./lib/dispatcher/agent.js";
  export { default as EnvHttpProxyAgent } from "./lib/dispatcher/env-http-proxy-agent.js";
  export { default as Pool } from "./lib/dispatcher/pool.js";
  export { default as errors } from "./lib/core/errors.js";`;

/** With native files, optional parts of others, and Fastify's compilers of schemas, which are never loaded. */
const EXTERNAL = [
  "lmdb",
  "pg-native",
  "pg-cloudflare",
  "@fastify/ajv-compiler",
  "@fastify/fast-json-stringify-compiler",
];

/** Takes less of dependencies into the bundle, which is read and compiled at each start. */
const slimDependencies = {
  name: "slim dependencies",
  // As ES modules: what is not used is left out, and their names are not looked up at each use.
  resolveId: { filter: { id: /^graphql(\/|$)/ }, handler: (path) => resolve(path).replace(/\.js$/, ".mjs") },
  load: { filter: { id: /\/undici\/index\.js$/ }, handler: () => ({ code: UNDICI, moduleType: "js" }) },
};

const [, script, part] = process.argv;
try {
  if (part === "playground") await bundlePlayground();
  else if (part === "server") await bundleServer();
  else {
    const other = once(fork(script, ["playground"]), "exit");
    await bundleServer();
    const [code] = await other;
    process.exitCode = code ?? 1;
  }
} catch (error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  process.stderr.write("dist/ is not current, and what builds it is not installed: npm ci && npm run build\n");
  process.exitCode = 1;
}

/**
 * Bundles the server with its dependencies into dist/main.js and chunks beside it, without checking types. Loading some
 * 1,700 files takes more CPU than all else of a start.
 */
async function bundleServer() {
  const names = (await readdir(join(root, "src"), { recursive: true }).catch(() => [])).filter(
    (name) => name.endsWith(".ts") && !name.startsWith(CLIENT),
  );
  if (names.length === 0) return; // Deployed without its source.
  const inputs = [...names.sort().map((name) => `src/${name}`), "package-lock.json", "tsconfig.json", ".ci/build.mjs"];
  const wanted = hashOf(...(await contents(inputs)));
  const dist = join(root, "dist");
  if ((await readFile(join(dist, ".hash"), "utf8").catch(() => "")) === wanted) return;

  const finished = progress("bundling the server");
  const { rolldown } = await import("rolldown");
  const bundle = await rolldown({
    ...{ cwd: root, input: "src/main.ts", platform: "node", external: EXTERNAL, plugins: [slimDependencies] },
    // It finds Node's by `module.require`, which a bundle does not have.
    resolve: { alias: { "@apollo/utils.createhash": "node:crypto" } },
    transform: { target: "node20.19" },
  });
  const { output } = await bundle.generate({
    ...{ format: "esm", sourcemap: true, sourcemapExcludeSources: true },
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    // V8 does not look up again what is constant. As variables they cost 7 % of the CPU of a page.
    topLevelVar: false,
  });
  const files = output.map(({ fileName, type, ...file }) => [fileName, type === "chunk" ? file.code : file.source]);
  // What is imported first, so that a start meanwhile finds all that it needs.
  const current = new Set(files.map(([name]) => name));
  await mkdir(dist, { recursive: true });
  for (const [name, text] of files.reverse()) await writeFile(join(dist, name), text);
  for (const { name } of await readdir(dist, { withFileTypes: true })) {
    if (current.has(name) || name === "playground" || name.startsWith(".")) continue;
    await rm(join(dist, name), { recursive: true });
  }
  await writeFile(join(dist, ".hash"), wanted);
  finished();
}

/** Bundles the playground's page into dist/playground. */
async function bundlePlayground() {
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
