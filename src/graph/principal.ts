/** A caller's role; each includes the one before. */
export const ROLES = ["viewer", "operator", "admin"] as const;

export type Role = (typeof ROLES)[number];

/** The authenticated caller. Permissions, limits and the audit trail depend on this alone. */
export interface Caller {
  /** Stable, and no other caller's. */
  readonly id: string;
  /** For people to read; several callers may have the same. */
  readonly name: string;
  readonly role: Role;
  /** KORE's account-ids (`cmp-…`) within reach; undefined: all of them. */
  readonly accounts: ReadonlySet<string> | undefined;
  /** When the proof of who it is ends, in milliseconds since the epoch; undefined: never. */
  readonly expiresAt: number | undefined;
}

/** The caller where authentication is off: the server then listens on its own machine only. */
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

/** How a caller stands in the audit trail: by what is no other's first, since some choose their names themselves. */
export function auditNameOf({ id, name }: Caller): string {
  return id.endsWith(` ${name}`) ? id : `${id} (${name})`;
}
