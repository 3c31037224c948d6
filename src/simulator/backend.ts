import { type Auth } from "./auth.ts";
import { type Clock } from "./clock.ts";
import { type Faults } from "./faults.ts";
import { type Credentials, type SimulatorOptions } from "./options.ts";
import { type RequestLog } from "./request-log.ts";
import { createWorld, type World } from "./world/world.ts";

/** The parts of a running simulator. `world` is replaced by a reset. */
export interface Backend {
  readonly url: string;
  readonly options: SimulatorOptions;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly auth: Auth;
  readonly log: RequestLog;
  readonly faults: Faults;
  world: World;
}

/** As after the start, except that tokens stay as they are: whoever holds one need not know of the reset. */
export function reset(backend: Backend): void {
  backend.faults.clear();
  backend.log.clear();
  backend.clock.reset();
  backend.world = createWorld(backend.options, backend.credentials);
}
