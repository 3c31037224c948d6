/** KORE's words for what a portal user may be in an account, as far as they matter to API clients. */
type Role = "account-owner" | "account-admin" | "developer";

export interface PortalUser {
  readonly email: string;
  /** As the clients API knows the account: `acct_…`. */
  readonly accountId: string;
  readonly role: Role;
}

/** Users of KORE's portal and their roles. Constant. */
export class PortalUsers {
  readonly #byAccount = new Map<string, Map<string, PortalUser>>();

  /** The later role wins where a person is named twice in an account. */
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
