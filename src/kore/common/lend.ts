import { CallController } from "../call-signal.ts";
import { KoreError } from "../error.ts";
import { type KoreCall } from "../transport.ts";
import { type Common, type Lender, type Turn } from "./common.ts";
import { answerOf, plain } from "./plain-error.ts";

export interface Loan extends Lender {
  /** The borrower is gone: what it had is free again. */
  end(): void;
}

interface Lent {
  readonly call: KoreCall;
  readonly leaving: CallController;
  hasTurn: boolean;
}

/** Lends the common parts to one other process. */
export function lend({ tokens, turns }: Common): Loan {
  const lent = new Map<number, Lent>();

  const finish = (id: number, { call, leaving, hasTurn }: Lent) => {
    lent.delete(id);
    if (hasTurn) turns.end(call);
    else leaving.abort(new KoreError("aborted", "The caller left before its turn", call));
  };
  return {
    async token(family) {
      const token = await answerOf(tokens[family].get());
      return "error" in token ? token : { value: { token: token.value, goodFor: tokens[family].goodFor } };
    },
    async replacement({ family, refused, operation }) {
      const token = await answerOf(tokens[family].replace(refused, operation));
      return "error" in token ? token : { value: token.value === undefined ? {} : { token: token.value } };
    },
    async turn(ask) {
      const one: Lent = { call: callOf(ask), leaving: new CallController(), hasTurn: false };
      lent.set(ask.id, one);
      try {
        // Only held here: the borrower sends it, between its turn and its end.
        await turns.begin(one.call, "read", ask.patience, one.leaving);
        one.hasTurn = true;
        if (!lent.has(ask.id)) turns.end(one.call); // Left just when its turn had come.
        return { value: true };
      } catch (error) {
        lent.delete(ask.id);
        if (!(error instanceof KoreError)) throw error;
        return { error: plain(error) };
      }
    },
    over({ id }) {
      const one = lent.get(id);
      if (one) finish(id, one);
    },
    slow({ ago, retryAfter }) {
      turns.slow(performance.now() - ago, retryAfter);
    },
    end() {
      for (const [id, one] of [...lent]) finish(id, one);
    },
  };
}

/** As much of it as its turn depends on. */
function callOf({ call, patience }: Turn): KoreCall {
  const beginBy = performance.now() + patience;
  return { ...call, method: "GET", origin: "", path: "", headers: {}, attempt: 1, beginBy };
}
