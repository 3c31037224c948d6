import { type Caller } from "../../graph/index.ts";
import { type Authentication } from "./index.ts";

/** A revoked key, or one with changed permissions, ends open connections within this time. */
const RECHECK_MS = 60_000;

/**
 * Calls `end` once the credential has expired, or no longer authenticates the same caller with the same permissions. Does
 * not end while authentication is unavailable. The returned function stops the checks.
 */
export function watchCredential(
  caller: Caller,
  authenticate: () => Authentication | Promise<Authentication>,
  end: () => void,
  recheck = RECHECK_MS,
): () => void {
  let hasStopped = false;
  const left = () => (caller.expiresAt ?? Infinity) - Date.now();
  const check = async () => {
    const isOver = left() <= 0 || !isUnchanged(caller, await authenticate());
    if (hasStopped) return;
    if (isOver) end();
    else wait();
  };
  // At most the interval of rechecks: a late expiry would overflow the timer.
  const wait = () => (timer = setTimeout(() => void check(), Math.max(0, Math.min(recheck, left()))));
  let timer: NodeJS.Timeout | undefined;
  wait();
  return () => {
    hasStopped = true;
    clearTimeout(timer);
  };
}

function isUnchanged(caller: Caller, result: Authentication): boolean {
  if ("refusal" in result) return result.refusal.code === "AUTHENTICATION_UNAVAILABLE";
  const { id, role, accounts } = result.caller;
  return id === caller.id && role === caller.role && namesOf(accounts) === namesOf(caller.accounts);
}

const namesOf = (accounts: Caller["accounts"]) => JSON.stringify(accounts && [...accounts].sort());
