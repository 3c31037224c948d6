import { type Family } from "./credential-set.ts";
import { LoginBackoff } from "./login-backoff.ts";
import { KoreError } from "../errors.ts";
import { isTokenRejection } from "../http/pipeline.ts";
import { type TokenReply, TokenSource, type TokenSourceOptions, readToken } from "./token-source.ts";

/** Whether KORE accepts the credentials of one API family; `unknown` before its first reply. */
export type LoginState = "unknown" | "accepted" | "refused";

/** Least interval at which health checks retry refused credentials. Milliseconds. */
const RETRY_REJECTED_AFTER = 30_000;

/** For how long an accepted call counts as a successful ping. Milliseconds. */
const VERIFIED_FOR = 30_000;

export interface LoginOptions extends Pick<TokenSourceOptions, "onRenewed" | "onRenewalFailed"> {
  family: Family;
  clientId: string;
  /** Sends a token request and resolves with the parsed reply. */
  requestToken: (requestId: string | undefined) => Promise<unknown>;
  /** Resolves with another replica's token, or that of `request`. @default always that of `request` */
  share?: (request: () => Promise<TokenReply>, refused: string | undefined) => Promise<TokenReply>;
  /** Called with the status each time that the token endpoint refuses the credentials. */
  onRefused: (status: number | undefined) => void;
  /** Called for each call that KORE accepts. */
  onAccepted: () => void;
  /** Monotonic. Milliseconds. */
  now?: (() => number) | undefined;
}

/** The tokens of one API family, and whether KORE accepts its credentials. */
export class Login {
  readonly family: Family;
  readonly clientId: string;
  readonly tokens: TokenSource;
  readonly #backoff: LoginBackoff;
  readonly #now: () => number;
  #acceptedAt: number | undefined;
  /** Only a ping checks `x-api-key`; a token does not prove it. */
  #pingRefusedAt: number | undefined;

  constructor(options: LoginOptions) {
    const { family, clientId, requestToken, share, onRefused, onAccepted, now = () => performance.now() } = options;
    this.family = family;
    this.clientId = clientId;
    this.#now = now;
    this.#backoff = new LoginBackoff(now, onRefused);
    this.tokens = new TokenSource({
      ...options,
      now,
      request: (requestId, refused) => {
        const request = () => this.#backoff.run(async () => readToken(await requestToken(requestId)));
        return share ? share(request, refused) : request();
      },
      onAccepted: () => {
        this.#acceptedAt = this.#now();
        this.#pingRefusedAt = undefined;
        onAccepted();
      },
    });
  }

  get state(): LoginState {
    if (this.#refusedAt !== undefined) return "refused";
    return this.#acceptedAt === undefined ? "unknown" : "accepted";
  }

  revoke(): void {
    this.tokens.clear();
    this.#backoff.refuse();
  }

  expireToken(): void {
    this.tokens.clear();
  }

  /**
   * Resolves when KORE accepts the credentials: it has accepted a call within 30 seconds, or accepts `ping`. Refused
   * credentials are retried after 30 seconds, because their API client may have been enabled again, or at once when
   * another login with the same client is accepted.
   *
   * @param others logins of the other API families
   * @throws KoreError
   */
  async verify(ping: () => Promise<unknown>, others: readonly Login[]): Promise<void> {
    const refusedAt = this.#refusedAt;
    if (refusedAt !== undefined && this.#now() - refusedAt < RETRY_REJECTED_AFTER) {
      const isAcceptedElsewhere = others.some(
        ({ clientId, state }) => clientId === this.clientId && state === "accepted",
      );
      if (!isAcceptedElsewhere) throw stillRefused();
    }
    const isProven = !this.tokens.isSuspect && this.#now() - (this.#acceptedAt ?? -Infinity) < VERIFIED_FOR;
    if (refusedAt === undefined && isProven) return;
    try {
      await ping();
    } catch (error) {
      const isRefusal = error instanceof KoreError && (error.kind === "unauthenticated" || isTokenRejection(error));
      if (isRefusal) this.#pingRefusedAt = this.#now();
      throw error;
    }
  }

  get #refusedAt(): number | undefined {
    return this.#backoff.refusedAt ?? this.#pingRefusedAt;
  }
}

function stillRefused(): KoreError {
  return new KoreError("unauthenticated", "KORE has refused these credentials a moment ago", {
    operation: "GET /v1/ping",
    isUnsent: true,
  });
}
