import { KoreError, type KoreErrorKind } from "../../../src/kore/errors.ts";
import { type KoreCall } from "../../../src/kore/http/transport/transport.ts";

export const HOST = "kore.example";

export function call(more: Partial<KoreCall> = {}): KoreCall {
  const origin = `https://${more.host ?? HOST}`;
  return { method: "GET", origin, host: HOST, path: "/sims", operation: "GET /sims", headers: {}, attempt: 1, ...more };
}

export function failure(
  kind: KoreErrorKind,
  more: Partial<ConstructorParameters<typeof KoreError>[2]> = {},
): KoreError {
  return new KoreError(kind, kind, { operation: "GET /sims", ...more });
}

/** State of a promise: its value, the kind of its error, or undefined while pending. */
export function watched(promise: Promise<unknown>): { ended: unknown } {
  const state: { ended: unknown } = { ended: undefined };
  promise.then(
    (value) => (state.ended = value),
    (error: unknown) => (state.ended = error instanceof KoreError ? error.kind : error),
  );
  return state;
}
