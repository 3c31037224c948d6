import { type Interceptor } from "./interceptor.ts";

/** Runs the call's `beforeSending` hook after all waiting; the call is sent in the same tick after it. */
export const beforeSending: Interceptor = (next) => (call, signal) =>
  call.beforeSending ? call.beforeSending().then(() => next(call, signal)) : next(call, signal);
