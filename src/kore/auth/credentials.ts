import { isTransient } from "../cache/response-cache.ts";
import { isSameClient } from "../api-clients/confirmation.ts";
import { KoreError } from "../errors.ts";
import { type Login } from "./login.ts";
import { pauseAfter } from "./token-source.ts";

/**
 * Backoff for KORE's token endpoint. After an answer without a token it is retried at growing intervals, however many
 * calls need a token: repeated failed logins may lock the client out.
 */
export class LoginBackoff {
  readonly #now: () => number;
  readonly #onRefused: (status: number | undefined) => void;
  #failures = 0;
  #failedAt = 0;
  /** The failure that the pauses go by; undefined when the last request was answered with a token. */
  #last: KoreError | undefined;

  /** `now`: monotonic, in milliseconds. `onRefused` is called with the status each time that KORE refuses them. */
  constructor(now: () => number, onRefused: (status: number | undefined) => void = () => undefined) {
    this.#now = now;
    this.#onRefused = onRefused;
  }

  /** Since when the credentials are refused, by the last attempt; undefined: they are not, as far as is known. */
  get refusedAt(): number | undefined {
    return this.#last?.kind === "unauthenticated" ? this.#failedAt : undefined;
  }

  /** @throws KoreError `unauthenticated` when KORE refuses the credentials, in whichever form */
  async run<Reply>(request: () => Promise<Reply>): Promise<Reply> {
    // No pause after the first failure; then 1 s, 2 s, 4 s and so on.
    const pause = this.#failedAt + pauseAfter(Math.max(0, this.#failures - 1)) - this.#now();
    if (this.#last && pause > 0) throw tooEarly(this.#last, pause);
    try {
      const reply = await request();
      this.#failures = 0;
      this.#last = undefined;
      return reply;
    } catch (error) {
      if (!isAnswer(error)) throw error;
      const isRefusal = REFUSALS.has(error.status) || error.kind === "unauthenticated";
      const failure = isRefusal ? refusal(error) : noToken(error);
      this.#fail(failure);
      if (failure.kind === "unauthenticated") this.#onRefused(failure.status);
      throw failure;
    }
  }

  /** The credentials are known to be revoked; no login was attempted. */
  refuse(): void {
    this.#fail(refusal({ status: undefined }));
  }

  #fail(failure: KoreError): void {
    this.#failures += 1;
    this.#failedAt = this.#now();
    this.#last = failure;
  }
}

const OPERATION = "POST token";

/**
 * KORE documents 401 with `invalid_client`; OAuth 2.0 (RFC 6749, 5.2) has 400 for most refusals, and gateways answer 403.
 * All that the request holds is the credentials.
 */
const REFUSALS: ReadonlySet<number | undefined> = new Set([400, 401, 403]);

/** Whether the endpoint has answered, with something that the same request would meet again. */
const isAnswer = (error: unknown): error is KoreError =>
  error instanceof KoreError && !isTransient(error) && error.kind !== "aborted";

function refusal({ status, koreMessage }: Partial<Pick<KoreError, "status" | "koreMessage">>): KoreError {
  return new KoreError("unauthenticated", "KORE refuses the credentials", {
    operation: OPERATION,
    ...(status !== undefined && { status }),
    ...(koreMessage !== undefined && { koreMessage }),
  });
}

/** A 404 of the token endpoint says nothing about what its callers ask for. */
function noToken(error: KoreError): KoreError {
  if (error.kind === "contract") return error;
  const { status } = error;
  return new KoreError("contract", "KORE's token endpoint gave no token", {
    operation: OPERATION,
    ...(status !== undefined && { status }),
  });
}

function tooEarly({ kind, status }: KoreError, retryAfter: number): KoreError {
  return new KoreError(kind, "KORE gave no token a moment ago and is not asked again yet", {
    operation: OPERATION,
    isUnsent: true,
    retryAfter,
    ...(status !== undefined && { status }),
  });
}

/** Effects of writes to API clients on our own credentials. */
export class OwnCredentials {
  readonly #logins: () => readonly Login[];

  constructor(logins: () => readonly Login[]) {
    this.#logins = logins;
  }

  /** Whether an API client is one of those that we use. */
  isOwn(clientId: string): boolean {
    return this.#of(clientId).length > 0;
  }

  /** The client was deleted or disabled, and its tokens with it. */
  revoke(clientId: string): void {
    for (const login of this.#of(clientId)) login.revoke();
  }

  /** It is unknown whether the client was changed: the next call requests a new token. */
  expireTokens(clientId: string): void {
    for (const login of this.#of(clientId)) login.expireToken();
  }

  #of(clientId: string): Login[] {
    return this.#logins().filter((login) => isSameClient(login.clientId, clientId));
  }
}
