/** The part of the store that this needs. */
interface SeenStore {
  create(key: string, changes: readonly (readonly [key: string, value: unknown])[]): Promise<boolean>;
  write(changes: readonly (readonly [key: string, value: unknown])[]): Promise<void>;
  list(prefix: string): Promise<(readonly [key: string, value: unknown])[]>;
}

const PREFIX = "webhook/";

/** Which deliveries have come before, on a durable store. */
export function seenDeliveries(store: SeenStore) {
  return {
    /** False when it was remembered before. */
    remember: (token: string): Promise<boolean> => store.create(PREFIX + token, [[PREFIX + token, Date.now()]]),
    /** Forgets what came before an instant. */
    async prune(before: number): Promise<void> {
      const old = (await store.list(PREFIX)).filter(([, at]) => typeof at === "number" && at < before);
      await store.write(old.map(([key]) => [key, undefined]));
    },
  };
}
