import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Other GraphQL servers with graphql-jit, each a file below `peers/`, with the resolvers of `peer-schema.ts`. */
export const PEERS = ["mercurius", "yoga"] as const;
export type PeerName = (typeof PEERS)[number];

const SOURCE = fileURLToPath(new URL("peers", import.meta.url));
/** Not part of the repository, and no dependency of ours. */
const INSTALLED = fileURLToPath(new URL("../../.kore-graph/bench/peers", import.meta.url));

export const peerFile = (name: PeerName): string => `${INSTALLED}/${name}.js`;

/** Installs them from npm's registry. @throws Error when npm fails */
export async function installPeers(): Promise<void> {
  await cp(SOURCE, INSTALLED, { recursive: true });
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const npm = spawn("npm", args, { cwd: INSTALLED, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(npm, "exit")) as [number | null];
  if (code !== 0) throw new Error("npm could not install the peers");
}
