import { type Alarm } from "./alarm.ts";
import { type Auth } from "./auth.ts";
import { type Clock } from "./clock.ts";
import { type Faults } from "./faults.ts";
import { type Credentials, type SimulatorOptions } from "./options.ts";
import { type RequestLog } from "./request-log.ts";
import { type WebhookOptions } from "./webhooks/options.ts";
import { type Webhooks } from "./webhooks/webhooks.ts";
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
  readonly webhooks: Webhooks;
  readonly alarm: Alarm;
  world: World;
}

/** Brings the world up to the present. To be called before the world is looked at, and after it was given work. */
export function settle({ world, clock, webhooks, alarm }: Backend): void {
  world.provisioning.settle(clock.now().getTime());
  alarm.set(webhooks.options ? world.provisioning.nextChange : null);
}

export function advance(backend: Backend, ms: number): void {
  backend.clock.advance(ms);
  settle(backend);
}

/** @throws RangeError */
export function sendWebhooks(backend: Backend, options: WebhookOptions): void {
  settle(backend); // what is past by now is nobody's news
  backend.webhooks.to(options);
  settle(backend);
}

export function stopWebhooks(backend: Backend): void {
  backend.webhooks.off();
  settle(backend);
}

/**
 * As after the start, except that tokens of the seeded clients and the webhooks' address stay as they are, so that
 * their holders need no change.
 */
export function reset(backend: Backend): void {
  backend.faults.clear();
  backend.log.clear();
  backend.clock.reset();
  backend.webhooks.reset();
  backend.world = createWorld(backend.options, backend.credentials, backend.webhooks);
  settle(backend);
}
