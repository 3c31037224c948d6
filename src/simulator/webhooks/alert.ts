/** An event as KORE's alerting delivers it. */
export interface Alert {
  readonly eventName: keyof typeof RULES;
  readonly accountId: string;
  /** Milliseconds. */
  readonly at: number;
  readonly data: Readonly<Record<string, string>>;
}

/** Event names in KORE's samples and its customers' code, each with an alert rule. */
const RULES = {
  "connectivity.subscription.state.changed": { id: 3_101, name: "SIM state changed" },
  "connectivity.provisioning.request.status.changed": { id: 3_102, name: "Provisioning request moved on" },
  "connectivity.smsapi.mobileterminated": { id: 3_103, name: "Text moved on" },
} as const;

/** Compact JSON, which is what KORE signs. OURS: one event per delivery, numbered; KORE's `events` may hold several. */
export function alertBody({ eventName, accountId, at, data }: Alert, number: number): string {
  const rule = RULES[eventName];
  const date = exact(at);
  return JSON.stringify({
    "alert-id": 880_000 + number, // ids are texts in KORE's REST API and integers here, as in its sample
    "alert-message-date": date,
    "rule-id": rule.id,
    "rule-name": rule.name,
    "version-id": 1, // KORE's bodies carry it; its values are not stated
    "event-name": eventName,
    account: accountId,
    events: [{ id: 9_900_000 + number, data: { ...data, "exact-date-time": date } }],
  });
}

function exact(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
