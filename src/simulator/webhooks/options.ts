/** Address and behaviour of webhooks. */
export interface WebhookOptions {
  /** An http address of this machine. */
  readonly url: string;
  /** Signing secret. Without one the signature is empty, as KORE's for an account without a secret. */
  readonly secret?: string;
  /** The rule's `access-token-key` and `access-token`, sent as a header: where KORE sends them is not stated. */
  readonly accessTokenKey?: string;
  readonly accessToken?: string;
  /** The signed address, as registered at KORE. Default `url`. */
  readonly callbackUrl?: string;
  /** How many times each delivery is sent, all with the same token. Default 1. */
  readonly copies?: number;
  /** Holds back this many deliveries, then sends them in reverse; `flush` sends them earlier. Default 0. */
  readonly hold?: number;
  /** Signs in place of `secret`, as a forger would. */
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
