import { randomUUID } from "node:crypto";
import { Alerting } from "../alerting/alerting.ts";
import { type Clock } from "../time/clock.ts";
import { type Message, type MessageListener } from "../messages/messages.ts";
import { type ProvisioningRequest, type RequestStatus } from "../provisioning/requests.ts";
import { type ChangeListener, type SimChange } from "../provisioning/listener.ts";
import { type Alert, alertBody } from "./alert.ts";
import { checkedWebhook, type WebhookOptions } from "./options.ts";
import { post, type Posted } from "./post.ts";
import { sign } from "./sign.ts";

/** One attempt to send a webhook. */
export interface WebhookDelivery {
  /** `kore-idempotency-token`: the same for copies and for the second attempt. */
  readonly token: string;
  readonly eventName: string;
  /** As sent: compact JSON. */
  readonly body: string;
  readonly signature: string;
  /** ISO, by the simulator's clock. */
  readonly at: string;
  /** 2 when the first was answered with 408, 423 or 5xx; 0 when it was not sent because too many were waiting. */
  readonly attempt: 0 | 1 | 2;
  /** null when there was no answer. */
  readonly status: number | null;
  /** Why there was none. */
  readonly error: string | null;
}

interface Outgoing {
  readonly options: WebhookOptions;
  readonly token: string;
  readonly eventName: string;
  readonly body: string;
  /** Aborted when sending is stopped. */
  readonly signal: AbortSignal;
}

const MAX_WAITING = 20_000;
const KEPT = 20_000;

/** Sends changes to a callback address, as KORE's alert rules would. One delivery at a time, in order. */
export class Webhooks implements ChangeListener, MessageListener {
  /** Rules, and the alerts that they raise. Replaced by a reset. */
  alerting = new Alerting();
  readonly #clock: Clock;
  #options: WebhookOptions | null = null;
  #count = 0;
  #held: Outgoing[] = [];
  #queue: Outgoing[] = [];
  #deliveries: WebhookDelivery[] = [];
  #sending: Promise<void> | null = null;
  #abort = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get options(): WebhookOptions | null {
    return this.#options;
  }

  /** Later changes are delivered there; deliveries held back keep their address. @throws RangeError */
  to(options: WebhookOptions): void {
    this.#options = checkedWebhook(options);
    this.flush();
  }

  /** Stops sending, also of waiting deliveries. */
  off(): void {
    this.#options = null;
    this.#drop();
  }

  /** As after the start, but the address stays, so that receivers need no change. */
  reset(): void {
    this.#drop();
    this.#deliveries = [];
    this.alerting = new Alerting();
    if (this.#options) {
      const address: WebhookOptions & { copies?: number; hold?: number; signWith?: string } = { ...this.#options };
      delete address.copies;
      delete address.hold;
      delete address.signWith;
      this.#options = address;
    }
  }

  simChanged({ accountId, subscriptionId, from, to, at }: SimChange): void {
    this.#enqueue({
      eventName: "connectivity.subscription.state.changed",
      accountId,
      at,
      data: { "subscription-id": subscriptionId, "new-state": to, "old-state": from },
    });
  }

  /** OURS: KORE names this event and states nothing of its data; the fields are formed after those of the other. */
  requestChanged(request: ProvisioningRequest, from: RequestStatus, at: number): void {
    this.#enqueue({
      eventName: "connectivity.provisioning.request.status.changed",
      accountId: request.accountId,
      at,
      data: { "provisioning-request-id": request.id, "new-status": request.status, "old-status": from },
    });
  }

  /** OURS: KORE names this event, the statuses and `error-code`; the other fields are those of its list of messages. */
  messageChanged({ id, sim, iccid, msisdn, status, errorCode }: Message, at: number): void {
    this.#enqueue({
      eventName: "connectivity.smsapi.mobileterminated",
      accountId: sim.account.id,
      at,
      data: { mid: id, iccid, msisdn, status, ...(errorCode !== null && { "error-code": String(errorCode) }) },
    });
  }

  /** Sends what is held back, the last one first. */
  flush(): void {
    this.#queue.push(...this.#held.reverse());
    this.#held = [];
    this.#send();
  }

  /** Every attempt so far, oldest first; the last 20,000. */
  deliveries(): readonly WebhookDelivery[] {
    return this.#deliveries.slice(-KEPT);
  }

  /** Resolves when no delivery waits or is in flight, except those held back. */
  async settled(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  #enqueue(alert: Alert): void {
    this.alerting.raise(alert);
    if (!this.#options) return;
    const outgoing: Outgoing = {
      options: this.#options,
      token: randomUUID(), // Not from the seed: receivers remember tokens for longer than this process runs.
      eventName: alert.eventName,
      body: alertBody(alert, ++this.#count),
      signal: this.#abort.signal,
    };
    const { hold = 0 } = this.#options;
    if (this.#queue.length + this.#held.length >= MAX_WAITING) {
      this.#record(outgoing, 0, "", { error: `more than ${MAX_WAITING} deliveries were waiting` });
    } else if (hold > 0) {
      this.#held.push(outgoing);
      if (this.#held.length >= hold) this.flush();
    } else {
      this.#queue.push(outgoing);
      this.#send();
    }
  }

  #send(): void {
    if (this.#queue.length > 0) this.#sending ??= this.#drain();
  }

  async #drain(): Promise<void> {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      for (let copy = 0; copy < (next.options.copies ?? 1); copy++) await this.#deliver(next);
    }
    this.#sending = null; // synchronously with the empty queue, so that the next delivery starts a new drain
  }

  async #deliver(outgoing: Outgoing): Promise<void> {
    const first = await this.#attempt(outgoing, 1);
    // KORE names these statuses, not how long it waits. OURS: not at all, and no second attempt without an answer.
    if ("status" in first && (first.status === 408 || first.status === 423 || first.status >= 500))
      await this.#attempt(outgoing, 2);
  }

  async #attempt(outgoing: Outgoing, attempt: 1 | 2): Promise<Posted> {
    const { token, body, options, signal } = outgoing;
    const signature = sign(options.signWith ?? options.secret, options.callbackUrl ?? options.url, body);
    const { accessTokenKey, accessToken = "" } = options;
    const headers = {
      ...(accessTokenKey !== undefined && { [accessTokenKey]: accessToken }),
      "content-type": "application/json",
      date: this.#clock.now().toUTCString(),
      "user-agent": "KoreProxy/1.1",
      "kore-idempotency-token": token,
      "kore-signature": signature,
    };
    const posted = await post({ url: options.url, headers, body, signal });
    if (!signal.aborted) this.#record(outgoing, attempt, signature, posted);
    return posted;
  }

  #record({ token, eventName, body }: Outgoing, attempt: 0 | 1 | 2, signature: string, posted: Posted): void {
    // Trimmed in blocks, as the request log is.
    if (this.#deliveries.length >= KEPT + 2_000) this.#deliveries = this.#deliveries.slice(-KEPT);
    this.#deliveries.push({
      token,
      eventName,
      body,
      signature,
      at: this.#clock.now().toISOString(),
      attempt,
      status: "status" in posted ? posted.status : null,
      error: "error" in posted ? posted.error : null,
    });
  }

  #drop(): void {
    this.#held = [];
    this.#queue = [];
    this.#abort.abort();
    this.#abort = new AbortController();
  }
}
