import { type Interceptor } from "./interceptor.ts";

/** What a call has to be preceded by is done when all waiting is over, and the call is sent in the same tick after it. */
export const beforeSending: Interceptor = (next) => (call, signal) =>
  call.beforeSending ? call.beforeSending().then(() => next(call, signal)) : next(call, signal);
