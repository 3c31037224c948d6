/** KORE's roles of portal users that concern API clients. */
type Role = "account-owner" | "account-admin" | "developer";

export interface PortalUser {
  readonly email: string;
  /** The clients API's id of the account: `acct_…`. */
  readonly accountId: string;
  readonly role: Role;
}

/** Users of KORE's portal and their roles. Constant. */
export class PortalUsers {
  readonly #byAccount = new Map<string, Map<string, PortalUser>>();

  /** Of two roles of a user in an account, the later one counts. */
  constructor(users: readonly PortalUser[]) {
    for (const user of users) {
      const there = this.#byAccount.get(user.accountId) ?? new Map<string, PortalUser>();
      this.#byAccount.set(user.accountId, there.set(user.email.toLowerCase(), user));
    }
  }

  knowsAccount(accountId: string): boolean {
    return this.#byAccount.has(accountId);
  }

  find(accountId: string, email: string): PortalUser | null {
    return this.#byAccount.get(accountId)?.get(email.toLowerCase()) ?? null;
  }

  all(): PortalUser[] {
    return [...this.#byAccount.values()].flatMap((there) => [...there.values()]);
  }
}
