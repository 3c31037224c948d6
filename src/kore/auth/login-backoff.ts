import { isTransient } from "../cache/response-cache.ts";
import { KoreError } from "../errors.ts";
import { pauseAfter } from "./token-source.ts";

/**
 * Backoff for KORE's token endpoint. After a reply without a token it is retried at growing intervals, however many
 * calls need a token: repeated failed logins may lock the client.
 */
export class LoginBackoff {
  readonly #now: () => number;
  readonly #onRefused: (status: number | undefined) => void;
  #failures = 0;
  #failedAt = 0;
  /** Undefined when the last request returned a token. */
  #last: KoreError | undefined;

  /**
   * @param now monotonic, in milliseconds
   * @param onRefused called with the status each time that KORE refuses the credentials
   */
  constructor(now: () => number, onRefused: (status: number | undefined) => void = () => undefined) {
    this.#now = now;
    this.#onRefused = onRefused;
  }

  /** When the last attempt was refused; undefined when it was not. */
  get refusedAt(): number | undefined {
    return this.#last?.kind === "unauthenticated" ? this.#failedAt : undefined;
  }

  /** @throws KoreError `unauthenticated` when KORE refuses the credentials, in any form */
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

  /** Records a refusal without an attempt, of credentials that are known to be revoked. */
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
 * The request holds nothing but the credentials, so each of them refuses these.
 */
const REFUSALS: ReadonlySet<number | undefined> = new Set([400, 401, 403]);

/** Whether the same request would get the same reply. */
const isAnswer = (error: unknown): error is KoreError =>
  error instanceof KoreError && !isTransient(error) && error.kind !== "aborted";

function refusal({ status, koreMessage }: Partial<Pick<KoreError, "status" | "koreMessage">>): KoreError {
  return new KoreError("unauthenticated", "KORE refuses the credentials", {
    operation: OPERATION,
    ...(status !== undefined && { status }),
    ...(koreMessage !== undefined && { koreMessage }),
  });
}

/** Not the endpoint's own error: a 404 of the token endpoint must not read as a 404 of the caller's resource. */
function noToken(error: KoreError): KoreError {
  if (error.kind === "contract") return error;
  const { status } = error;
  return new KoreError("contract", "KORE's token endpoint gave no token", {
    operation: OPERATION,
    ...(status !== undefined && { status }),
  });
}

function tooEarly({ kind, status }: KoreError, retryAfter: number): KoreError {
  return new KoreError(kind, "KORE gave no token a moment ago; the next attempt has to wait", {
    operation: OPERATION,
    isUnsent: true,
    retryAfter,
    ...(status !== undefined && { status }),
  });
}
