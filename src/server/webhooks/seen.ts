/** The part of the store that this needs. */
interface SeenStore {
  create(key: string, changes: readonly (readonly [key: string, value: unknown])[]): Promise<boolean>;
  write(changes: readonly (readonly [key: string, value: unknown])[]): Promise<void>;
  list(prefix: string): Promise<(readonly [key: string, value: unknown])[]>;
}

const PREFIX = "webhook/";

const DAY = 24 * 3_600_000;

/**
 * Which deliveries have come before, on a durable store. `maxAge`: milliseconds after which the receiver refuses a
 * delivery by its own date. Until then, and for a day more since its clock and time zone may differ from ours, its mark
 * is kept, however short the retention.
 */
export function seenDeliveries(store: SeenStore, maxAge = 0) {
  return {
    /** False when it was remembered before. */
    remember: (token: string): Promise<boolean> => store.create(PREFIX + token, [[PREFIX + token, Date.now()]]),
    /** Forgets what came before an instant. */
    async prune(before: number): Promise<void> {
      const end = Math.min(before, Date.now() - maxAge - DAY);
      const old = (await store.list(PREFIX)).filter(([, at]) => typeof at === "number" && at < end);
      await store.write(old.map(([key]) => [key, undefined]));
    },
  };
}
