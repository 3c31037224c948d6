/** Events that KORE's samples and code of its customers name. Rules may send others: `GET …/events` lists an account's. */
const KNOWN_EVENTS: ReadonlySet<string> = new Set([
  "connectivity.subscription.state.changed",
  "connectivity.provisioning.request.status.changed",
  "connectivity.smsapi.mobileoriginated",
  "connectivity.smsapi.mobileterminated",
]);

export function isKnownEvent(eventName: string): boolean {
  return KNOWN_EVENTS.has(eventName);
}
