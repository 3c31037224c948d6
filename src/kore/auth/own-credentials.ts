import { type Login } from "./login.ts";

/** Ids are compared without case: KORE does not state whether case counts, and a mismatch would lock us out. */
const isSameClient = (id: string, other: string): boolean => id.toLowerCase() === other.toLowerCase();

/** Effects of writes to API clients on our own credentials. */
export class OwnCredentials {
  readonly #logins: () => readonly Login[];

  constructor(logins: () => readonly Login[]) {
    this.#logins = logins;
  }

  /** Whether we authenticate with an API client. */
  isOwn(clientId: string): boolean {
    return this.#of(clientId).length > 0;
  }

  /** After a client was deleted or disabled, which ends its tokens. */
  revoke(clientId: string): void {
    for (const login of this.#of(clientId)) login.revoke();
  }

  /** After a change with an ambiguous outcome: the next call requests a new token. */
  expireTokens(clientId: string): void {
    for (const login of this.#of(clientId)) login.expireToken();
  }

  #of(clientId: string): Login[] {
    return this.#logins().filter((login) => isSameClient(login.clientId, clientId));
  }
}
