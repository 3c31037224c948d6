/**
 * Claims and acknowledges webhooks, which KORE may send more than once, to this process or to another.
 *
 * Two records are stored per token: the claim before the response, because a failing store must be answered with 503 for
 * KORE to resend, and the acknowledgement after it. With a single record, a crash between storing and responding would
 * lose the event: KORE resends, and the repetition would be dropped. A token that is claimed but not acknowledged is
 * therefore handled again, unless this process is about to respond to it. Repetitions that reach two processes within a
 * few milliseconds may be handled twice, never zero times.
 */
export class WebhookClaims {
  readonly #remember: (token: string) => Promise<boolean>;
  /** Tokens claimed by this process and not yet acknowledged. */
  readonly #pending = new Map<string, Promise<boolean>>();

  constructor(remember: (token: string) => Promise<boolean>) {
    this.#remember = remember;
  }

  /** Whether the caller must handle the event, and then call `acknowledge`. Rejects when the store fails. */
  async claim(token: string): Promise<boolean> {
    const other = this.#pending.get(token);
    if (other) {
      await other; // Rejects with it: "received" must not be answered before the claim is durable.
      return false;
    }
    const claim = this.#claim(token);
    this.#pending.set(token, claim);
    let isClaimed = false;
    try {
      isClaimed = await claim;
      return isClaimed;
    } finally {
      if (!isClaimed) this.#pending.delete(token);
    }
  }

  async acknowledge(token: string): Promise<void> {
    try {
      await this.#remember(acknowledgementOf(token));
    } finally {
      this.#pending.delete(token);
    }
  }

  async #claim(token: string): Promise<boolean> {
    return (await this.#remember(token)) || (await this.#remember(acknowledgementOf(token)));
  }
}

const ACKNOWLEDGED = " answered";

const acknowledgementOf = (token: string): string => token + ACKNOWLEDGED;

/** The token of a stored acknowledgement; undefined for a stored claim. */
export const acknowledgedToken = (stored: string): string | undefined =>
  stored.endsWith(ACKNOWLEDGED) ? stored.slice(0, -ACKNOWLEDGED.length) : undefined;
