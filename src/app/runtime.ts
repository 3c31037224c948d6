import { type Config } from "../server/config/index.ts";
import { type Disposables } from "../server/http/disposables.ts";
import { type Logger } from "../server/logging/log.ts";
import { type Telemetry } from "../server/telemetry/index.ts";

/** Shared by all steps of the composition root. */
export interface Runtime {
  readonly config: Config;
  readonly log: Logger;
  readonly telemetry: Telemetry;
  /** Disposed in reverse order, at the stop or when the start fails. */
  readonly disposables: Disposables;
}
