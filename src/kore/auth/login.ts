import { type Family } from "./credential-set.ts";
import { LoginBackoff } from "./credentials.ts";
import { KoreError } from "../errors.ts";
import { isTokenRejection } from "../http/pipeline.ts";
import { type TokenReply, TokenSource, type TokenSourceOptions, readToken } from "./token-source.ts";

/** Whether KORE takes the credentials of one API family; `unknown` until one of its answers has shown it. */
export type LoginState = "unknown" | "accepted" | "refused";

/** Refused credentials are tried again by health checks no oftener than this. Milliseconds. */
const RETRY_REJECTED_AFTER = 30_000;

/** An accepted call proves as much as a ping, for so long. Milliseconds. */
const VERIFIED_FOR = 30_000;

export interface LoginOptions extends Pick<TokenSourceOptions, "onRenewed" | "onRenewalFailed"> {
  family: Family;
  clientId: string;
  /** Sends the request for a token and gives the parsed reply. */
  requestToken: (requestId: string | undefined) => Promise<unknown>;
  /** Where replicas share tokens: gives one that another has asked for, or that of `request`. Default: that of `request`. */
  share?: (request: () => Promise<TokenReply>, refused: string | undefined) => Promise<TokenReply>;
  /** Called with the token endpoint's status each time that it refuses the credentials. */
  onRefused: (status: number | undefined) => void;
  /** Called for each call that KORE accepts. */
  onAccepted: () => void;
  /** Monotonic. Milliseconds. */
  now?: (() => number) | undefined;
}

/** One API family's tokens, and what KORE thinks of the credentials that they are asked for with. */
export class Login {
  readonly family: Family;
  readonly clientId: string;
  readonly tokens: TokenSource;
  readonly #backoff: LoginBackoff;
  readonly #now: () => number;
  #acceptedAt: number | undefined;
  /** Tokens that are given say nothing of `x-api-key`; a ping does. */
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
   * Resolves when KORE is known to take the credentials: by a call that it has accepted within half a minute, else by
   * `ping`. Refused ones are tried again after half a minute, since their API client may have been enabled again, or at
   * once where `others`, which use the same client, are accepted.
   *
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
