/** Bundles the playground's page into dist/playground. Run by `npm run build`; does nothing if nothing has changed. */
import { createHash } from "node:crypto";
import { readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { build } from "vite";

// React and GraphiQL select their development builds by this variable, which vitest sets to "test".
process.env.NODE_ENV = "production";

const client = new URL("client/", import.meta.url);
const root = new URL("../../../", import.meta.url);
const target = new URL("dist/playground/", root);

const started = performance.now();
const wanted = await fingerprint();

if ((await builtFingerprint()) !== wanted) {
  // Built beside the target and then moved: a failed build keeps the previous one.
  const staging = new URL(`dist/.playground-${process.pid}/`, root);
  try {
    await bundle(fileURLToPath(staging));
    await compress(new URL("assets/", staging));
    await writeFile(new URL(".hash", staging), wanted);
    // Tests may build in parallel. The second build keeps the files that the first one serves.
    if ((await builtFingerprint()) !== wanted) {
      await rm(target, { recursive: true, force: true });
      await rename(staging, target);
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  process.stderr.write(`playground: built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

async function bundle(outDir: string): Promise<void> {
  await build({
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: "error",
    root: fileURLToPath(client),
    base: "/playground/",
    // Monaco starts one worker per language. As ES modules they are files: no blob: in the page's CSP.
    worker: { format: "es" },
    build: {
      outDir,
      emptyOutDir: true,
      sourcemap: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: Infinity, // Monaco is one chunk of megabytes
    },
  });
}

/** For @fastify/static's `preCompressed`: a first visit loads a quarter of the bytes. */
async function compress(assets: URL): Promise<void> {
  await Promise.all(
    (await readdir(assets)).map(async (name) => {
      const file = new URL(name, assets);
      await writeFile(`${fileURLToPath(file)}.gz`, await promisify(gzip)(await readFile(file)));
    }),
  );
}

/** A hash of all inputs: the page, this file, and the versions of all packages. */
async function fingerprint(): Promise<string> {
  const sources = (await readdir(client)).sort().map((name) => new URL(name, client));
  const hash = createHash("sha256");
  for (const file of [...sources, new URL(import.meta.url), new URL("package-lock.json", root)]) {
    hash.update(await readFile(file)).update("\0");
  }
  return hash.digest("hex");
}

async function builtFingerprint(): Promise<string | undefined> {
  return readFile(new URL(".hash", target), "utf8").catch(() => undefined);
}
