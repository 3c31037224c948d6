import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { installFromNpm } from "../npm/install.ts";

const HIVE_GATEWAY = "@graphql-hive/gateway@2.15.1";

/** Its packages of this date run on Node 20, later ones need 22. */
const BEFORE = "2026-09-30";

/** Installs the gateway: 500 MB. Undefined: it cannot be had. */
export const installHiveGateway = () => installFromNpm(HIVE_GATEWAY, "gateways/hive", BEFORE);

/** Runs the gateway's command with its defaults. @param config text of `gateway.config.js`; undefined: none */
export async function startHiveGateway(
  installed: string,
  { supergraph, port, config }: { supergraph: string; port: number; config?: string },
): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-hive-"));
  await symlink(join(installed, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  await writeFile(join(folder, "supergraph.graphql"), supergraph);
  if (config !== undefined) await writeFile(join(folder, "gateway.config.js"), config);
  const command = join(installed, "node_modules/.bin/hive-gateway");
  const args = ["supergraph", "supergraph.graphql", "--host", "127.0.0.1", "--port", String(port)];
  const gateway = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [gateway.stdout, gateway.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const stop = async () => {
    if (gateway.exitCode === null && gateway.signalCode === null) {
      gateway.kill("SIGKILL");
      await once(gateway, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/readiness`).then(
      ({ ok }) => ok,
      () => false,
    );
  await vi.waitUntil(isReady, { timeout: 60_000, interval: 100 }).catch(async () => {
    await stop();
    throw new Error(`Hive Gateway did not start:\n${output}`);
  });
  return { url, stop };
}
