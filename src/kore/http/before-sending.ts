import { type Interceptor } from "./interceptor.ts";

/** Runs the call's `beforeSending` hook after all waiting, in the tick in which the call is sent. */
export const beforeSending: Interceptor = (next) => (call, signal) =>
  call.beforeSending ? call.beforeSending().then(() => next(call, signal)) : next(call, signal);
