import { knownSecrets } from "../common/known-secrets.ts";
import { type AuditRecord, type CommandResolutions, type ResolutionRecord } from "../kore/index.ts";
import { type Config } from "../server/config/index.ts";
import { secretsOf } from "../server/config/secrets.ts";
import { Disposables } from "../server/http/disposables.ts";
import { type Logger } from "../server/logging/log.ts";
import { openAuditLog } from "../server/storage/audit-log.ts";
import { Telemetry } from "../server/telemetry/index.ts";
import { createKoreClient } from "./kore-client.ts";
import { openTarget } from "./kore-target.ts";
import { provisioningPorts } from "./provisioning.ts";
import { openStorage } from "./storage.ts";

/**
 * Works on the unresolved orders in the store of a stopped server. No unfinished order is continued and none is sent;
 * KORE is read where `work` does so.
 *
 * @throws StoreInUse while a server runs
 */
export async function withOrdersOfStoppedServer<Result>(
  config: Config,
  log: Logger,
  work: (orders: CommandResolutions) => Promise<Result>,
): Promise<Result> {
  const disposables = new Disposables();
  disposables.add(knownSecrets.register(...secretsOf(config)));
  const runtime = { config, log, telemetry: new Telemetry(), disposables };
  try {
    const { target } = await openTarget(runtime);
    const { store } = await openStorage(runtime, target, () => undefined);
    const kore = createKoreClient(runtime, target);
    const trail = await openAuditLog(config.audit, log);
    disposables.add(() => trail.flushed());
    const audit = (record: AuditRecord | ResolutionRecord) => trail.record({ ...record });
    const stopping = new AbortController().signal;
    const { resolution } = provisioningPorts({ config, kore, store, log, stopping, audit, auditResolution: audit });
    return await work(resolution);
  } finally {
    await disposables.dispose();
  }
}
