/** A caller's role; each includes the one before. */
export const ROLES = ["viewer", "operator", "admin"] as const;

export type Role = (typeof ROLES)[number];

/** The authenticated caller. Permissions, limits and the audit trail depend on this alone. */
export interface Caller {
  /** Stable and unique. */
  readonly id: string;
  /** For display; not unique. */
  readonly name: string;
  readonly role: Role;
  /** KORE's account-ids (`cmp-…`) that the caller has access to; undefined: all. */
  readonly accounts: ReadonlySet<string> | undefined;
  /** When the credential expires, in milliseconds since the epoch; undefined: never. */
  readonly expiresAt: number | undefined;
  /** Whether a trusted router has named the caller. @default false */
  readonly isRouted?: boolean;
}

/** The caller without authentication; the server then listens on the loopback interface only. */
export const LOCAL_CALLER: Caller = {
  id: "local",
  name: "unauthenticated",
  role: "admin",
  accounts: undefined,
  expiresAt: undefined,
};

const keys = new WeakMap<Caller, string>();

/** The key of a caller's permissions, by which identical queries are coalesced. */
export function permissionsKey(caller: Caller): string {
  let known = keys.get(caller);
  if (known === undefined) {
    const { role, accounts } = caller;
    keys.set(caller, (known = JSON.stringify([role, accounts ? [...accounts].sort() : "all"])));
  }
  return known;
}

/** The caller in the audit log: the unique id first, since callers may choose their names. */
export function auditNameOf({ id, name }: Caller): string {
  return id.endsWith(` ${name}`) ? id : `${id} (${name})`;
}
