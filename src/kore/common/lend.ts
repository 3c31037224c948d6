import { KoreError } from "../error.ts";
import { type KoreCall } from "../transport.ts";
import { type Common, type Lender, type Turn } from "./common.ts";
import { answerOf, plain } from "./plain-error.ts";

export interface Loan extends Lender {
  /** The borrower is gone: what it had is free again. */
  end(): void;
}

interface Lent {
  readonly leaving: AbortController;
  /** Set once it has its turn. */
  end?: (error?: KoreError) => void;
}

/** Lends the common parts to one other process. */
export function lend({ tokens, turns }: Common): Loan {
  const lent = new Map<number, Lent>();
  const inTurn = turns.policy("read", 0);

  return {
    async token(family) {
      const token = await answerOf(tokens[family].get());
      return "error" in token ? token : { value: { token: token.value, goodFor: tokens[family].goodFor } };
    },
    async replacement({ family, refused, status }) {
      const token = await answerOf(tokens[family].replace(refused, status));
      return "error" in token ? token : { value: token.value === undefined ? {} : { token: token.value } };
    },
    turn: (ask) =>
      new Promise((resolve, reject) => {
        const one: Lent = { leaving: new AbortController() };
        lent.set(ask.id, one);
        // Here the call is only held: it is sent by the borrower, between its turn and its end.
        const held = inTurn(() => {
          resolve({ value: true });
          return new Promise<void>((ended, failed) => (one.end = (error) => (error ? failed(error) : ended())));
        });
        held(callOf(ask), one.leaving.signal)
          .catch((error: unknown) => {
            if (error instanceof KoreError) resolve({ error: plain(error) });
            else reject(error as Error);
          })
          .finally(() => lent.delete(ask.id));
      }),
    over({ id, slow }) {
      const one = lent.get(id);
      if (one) finish(one, slow && tooMany(slow.retryAfter));
    },
    end() {
      for (const one of lent.values()) finish(one);
    },
  };
}

function finish({ end, leaving }: Lent, error?: KoreError): void {
  if (end) end(error);
  else leaving.abort(new KoreError("aborted", "The caller left before its turn", { operation: "read" }));
}

function tooMany(retryAfter: number | undefined): KoreError {
  const details = { operation: "read", status: 429, ...(retryAfter !== undefined && { retryAfter }) };
  return new KoreError("rate-limited", "KORE answered 429 to another process", details);
}

/** As much of it as its turn depends on. */
function callOf({ call, patience }: Turn): KoreCall {
  const beginBy = performance.now() + patience;
  return { ...call, method: "GET", origin: "", path: "", headers: {}, attempt: 1, beginBy };
}
