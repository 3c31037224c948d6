/**
 * Writes npm-shrinkwrap.json, package-lock.json without what only development needs, so that an installation of the
 * package gets the tested versions. `remove` as argument: removes it. npm runs it before and after `npm pack`.
 */
import { readFile, rm, writeFile } from "node:fs/promises";

const shrinkwrap = new URL("../npm-shrinkwrap.json", import.meta.url);

if (process.argv[2] === "remove") {
  await rm(shrinkwrap, { force: true });
} else {
  const lock = JSON.parse(await readFile(new URL("../package-lock.json", import.meta.url), "utf8"));
  const production = Object.entries(lock.packages).filter(([, { dev }]) => !dev);
  const { devDependencies, ...root } = lock.packages[""];
  await writeFile(
    shrinkwrap,
    JSON.stringify({ ...lock, packages: { ...Object.fromEntries(production), "": root } }, null, 2),
  );
}
