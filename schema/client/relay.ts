/**
 * Relay's `getDataID`: an entity is stored by its `nodeId`, which the compiler selects (`nodeInterfaceIdField`), another
 * object with an id by its type and id, and an object without one below its parent. Relay's default takes `id` alone.
 */
export function getDataID({ nodeId, id }: Readonly<Record<string, unknown>>, type: string): string | undefined {
  if (typeof nodeId === "string") return nodeId;
  return typeof id === "string" ? `${type}:${id}` : undefined;
}
