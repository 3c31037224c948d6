import { existsSync, readFileSync } from "node:fs";

/** The folder of package.json: above src/ with its folders, and above dist/, where all is one bundle. */
const ROOT = ((): URL => {
  let folder = new URL(".", import.meta.url);
  while (!existsSync(new URL("package.json", folder))) {
    const parent = new URL("..", folder);
    if (parent.href === folder.href) throw new Error("no package.json above the program");
    folder = parent;
  }
  return folder;
})();

/** A file of the package. @param path below the folder of package.json */
export function packageFile(path: string): URL {
  return new URL(path, ROOT);
}

/** The version of kore-graph. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { version: string }).version;
}
