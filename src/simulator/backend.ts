import { type Timer } from "./time/timer.ts";
import { type Auth } from "./auth/auth.ts";
import { type Clock } from "./time/clock.ts";
import { type Faults } from "./faults/faults.ts";
import { type Credentials, type SimulatorOptions } from "./options.ts";
import { type RequestLog } from "./http/request-log.ts";
import { type WebhookOptions } from "./webhooks/options.ts";
import { type Webhooks } from "./webhooks/webhooks.ts";
import { createFixtures, type Fixtures } from "./fixtures/fixtures.ts";

/** The parts of a running simulator. `fixtures` are replaced by a reset. */
export interface Backend {
  readonly url: string;
  readonly options: SimulatorOptions;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly auth: Auth;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly timer: Timer;
  fixtures: Fixtures;
}

/** Runs what is due by the clock. Must be called before the fixtures are read, and after work was scheduled. */
export function settle({ fixtures, clock, webhooks, timer }: Backend): void {
  const { provisioning, diagnostics, subscriptionRequests, messages, esims } = fixtures;
  const now = clock.now().getTime();
  provisioning.settle(now);
  diagnostics.settle(now);
  subscriptionRequests.settle(now);
  messages.settle(now);
  esims.settle(now);
  const next = [provisioning, messages, esims].map(({ nextChange }) => nextChange).filter((at) => at !== null);
  timer.set(webhooks.options && next.length > 0 ? Math.min(...next) : null);
}

export function advance(backend: Backend, ms: number): void {
  backend.clock.advance(ms);
  settle(backend);
}

/** @throws RangeError */
export function sendWebhooks(backend: Backend, options: WebhookOptions): void {
  settle(backend); // changes before now are not reported
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
  backend.fixtures = createFixtures(backend.options, backend.credentials, backend.webhooks);
  settle(backend);
}
