import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";

/**
 * A registry with one package, packed in a tarball; for others it redirects to the configured one. As npm's registry
 * does, it marks a package with a shrinkwrap: npm reads that of no package that it installs from a file.
 */
export async function startRegistry(tarball: string) {
  const content = await readFile(tarball);
  const unpacked = execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" });
  const manifest = JSON.parse(unpacked) as { name: string; version: string };
  const { name, version } = manifest;
  const upstream = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  const server = createServer(({ url = "/" }, response) => {
    if (url === `/${name}.tgz`) response.end(content);
    else if (url === `/${name}`) response.end(JSON.stringify(packument));
    else response.writeHead(302, { location: new URL(url.slice(1), upstream).href }).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;
  const dist = { tarball: `${address}${name}.tgz`, integrity };
  const packument = {
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { ...manifest, _hasShrinkwrap: true, dist } },
  };
  return { address, stop: () => server.close() };
}
