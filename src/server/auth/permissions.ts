import { type Caller, ROLES, type Role } from "../../graph/index.ts";
import { Unauthenticated } from "./errors.ts";

/** All accounts. Must be explicit: a missing list is refused. */
export const ALL_ACCOUNTS = "*";

/** @throws Unauthenticated */
export function parseRole(given: unknown): Role {
  if (typeof given === "string" && isRole(given)) return given;
  throw new Unauthenticated("no valid role");
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

/** @throws Unauthenticated */
export function parseAccounts(given: unknown): Caller["accounts"] {
  if (given === ALL_ACCOUNTS) return undefined;
  if (Array.isArray(given) && given.every(isAccountId)) return new Set(given);
  throw new Unauthenticated("no valid list of accounts");
}

export function isAccountId(value: unknown): value is string {
  return typeof value === "string" && /^[\w.~:@+=-]{1,128}$/.test(value);
}

/** Names are written to logs, audit records and rate limit keys: bounded, and on one line. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && /^\P{C}{1,200}$/u.test(value) && value.trim() === value;
}
