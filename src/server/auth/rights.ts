import { type Caller, ROLES, type Role } from "../../graph/index.ts";
import { Unauthenticated } from "./failure.ts";

/** Names every account. Said, and not meant by silence: what was forgotten must not be everything. */
export const ALL_ACCOUNTS = "*";

/** @throws Unauthenticated */
export function toRole(given: unknown): Role {
  if (typeof given === "string" && isRole(given)) return given;
  throw new Unauthenticated("no valid role");
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

/** @throws Unauthenticated */
export function toAccounts(given: unknown): Caller["accounts"] {
  if (given === ALL_ACCOUNTS) return undefined;
  if (Array.isArray(given) && given.every(isAccountId)) return new Set(given);
  throw new Unauthenticated("no valid list of accounts");
}

export function isAccountId(value: unknown): value is string {
  return typeof value === "string" && /^[\w.~:@+=-]{1,128}$/.test(value);
}

/** Names go into logs, records and keys of limits, so they have an end and stay on one line. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && /^\P{C}{1,200}$/u.test(value) && value.trim() === value;
}
