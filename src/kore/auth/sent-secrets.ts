import { knownSecrets } from "../../common/known-secrets.ts";
import { type CredentialSet } from "./credential-set.ts";

/** Tokens of a credential set that KORE may still quote: the present ones of both API families, and some before them. */
const TOKENS = 8;

/** The secrets that calls with one credential set send: KORE's replies are cut by their values while they are in use. */
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
    if (this.#tokens.size <= TOKENS || !oldest) return;
    const [value, letGo] = oldest;
    this.#tokens.delete(value);
    letGo();
  };

  /** Call when no request with them is in flight any more. */
  release(): void {
    this.#release();
    for (const letGo of this.#tokens.values()) letGo();
    this.#tokens.clear();
  }
}
