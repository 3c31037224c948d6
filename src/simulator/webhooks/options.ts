/** Where KORE's webhooks go, and how badly they behave. */
export interface WebhookOptions {
  /** Where to send; http and this machine only, for this is a simulator. */
  readonly url: string;
  /** Signs. Without one the signature is empty, as KORE's is for an account that has no secret. */
  readonly secret?: string;
  /** The rule's `access-token-key` and `access-token`, sent as a header: where KORE sends them is not stated. */
  readonly accessTokenKey?: string;
  readonly accessToken?: string;
  /** The address that is signed, as it would be registered at KORE. Default `url`. */
  readonly callbackUrl?: string;
  /** How many times each delivery is sent, all with the same token. Default 1. */
  readonly copies?: number;
  /** Holds so many deliveries back and then sends them in reverse; `flush` sends fewer. Default 0: sent at once. */
  readonly hold?: number;
  /** Signs in place of the secret: what somebody who does not know it would do. */
  readonly signWith?: string;
}

const MAX_COPIES = 100;
const MAX_HELD = 10_000;

/** @throws RangeError */
export function checkedWebhook(options: WebhookOptions): WebhookOptions {
  const { copies = 1, hold = 0 } = options;
  if (!isLoopback(options.url))
    throw new RangeError("a webhook goes to an http address of this machine (127.0.0.1, [::1] or localhost)");
  if (!Number.isInteger(copies) || copies < 1 || copies > MAX_COPIES)
    throw new RangeError(`copies must be a whole number from 1 to ${MAX_COPIES}`);
  if (!Number.isInteger(hold) || hold < 0 || hold > MAX_HELD)
    throw new RangeError(`hold must be a whole number from 0 to ${MAX_HELD}`);
  if ((options.accessTokenKey === undefined) !== (options.accessToken === undefined))
    throw new RangeError("accessTokenKey and accessToken are needed together");
  if (options.accessTokenKey !== undefined && !/^[\w-]+$/.test(options.accessTokenKey))
    throw new RangeError("accessTokenKey must be the name of a header");
  return { ...options };
}

function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
