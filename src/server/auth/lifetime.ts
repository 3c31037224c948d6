import { type Caller } from "../../graph/index.ts";
import { type Authentication } from "./index.ts";

/** How soon a connection that stays open hears of a key that was withdrawn or given other rights. */
const RECHECK_MS = 60_000;

/**
 * Calls `end` once a caller is no longer who it was: its proof has expired, or proves another caller or nobody when it
 * is looked at again. That nobody can tell at present ends nothing. The function stops watching.
 */
export function watchCredential(
  caller: Caller,
  prove: () => Authentication | Promise<Authentication>,
  end: () => void,
  recheck = RECHECK_MS,
): () => void {
  let hasStopped = false;
  const left = () => (caller.expiresAt ?? Infinity) - Date.now();
  const check = async () => {
    const isOver = left() <= 0 || !isStill(caller, await prove());
    if (hasStopped) return;
    if (isOver) end();
    else wait();
  };
  // Never longer than a recheck, so that no far-away expiry overflows the timer.
  const wait = () => (timer = setTimeout(() => void check(), Math.max(0, Math.min(recheck, left()))));
  let timer: NodeJS.Timeout | undefined;
  wait();
  return () => {
    hasStopped = true;
    clearTimeout(timer);
  };
}

function isStill(caller: Caller, proof: Authentication): boolean {
  if ("refusal" in proof) return proof.refusal.code === "AUTHENTICATION_UNAVAILABLE";
  const { id, role, accounts } = proof.caller;
  return id === caller.id && role === caller.role && namesOf(accounts) === namesOf(caller.accounts);
}

const namesOf = (accounts: Caller["accounts"]) => JSON.stringify(accounts && [...accounts].sort());
