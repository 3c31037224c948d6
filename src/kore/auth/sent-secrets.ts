import { knownSecrets } from "../../common/known-secrets.ts";
import { type CredentialSet } from "./credential-set.ts";

/** Tokens that KORE may still quote: the present ones of both API families and some former ones. */
const MAX_TOKENS = 8;

/** Registers the secrets that calls with one set of credentials send, so that they are redacted from KORE's replies. */
export class SentSecrets {
  readonly #release: () => void;
  /** By token, oldest first. */
  readonly #tokens = new Map<string, () => void>();

  constructor({ developer, console }: CredentialSet) {
    const secrets = [developer.clientSecret, developer.apiKey, console.clientSecret];
    this.#release = knownSecrets.register(...secrets.map((secret) => secret.reveal()));
  }

  /** Registers a token before it is sent. */
  readonly token = (token: string): void => {
    if (this.#tokens.has(token)) return;
    this.#tokens.set(token, knownSecrets.register(token));
    const [oldest] = this.#tokens;
    if (this.#tokens.size <= MAX_TOKENS || !oldest) return;
    const [value, release] = oldest;
    this.#tokens.delete(value);
    release();
  };

  /** Must be called only when no request with them is in flight. */
  release(): void {
    this.#release();
    for (const release of this.#tokens.values()) release();
    this.#tokens.clear();
  }
}
