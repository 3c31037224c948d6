/**
 * Stands in place of a store's mark once an import of it into a database has begun. Releases that do not know it take it for
 * another target's, and refuse the store.
 */
export interface ImportMark {
  state: "importing" | "imported";
  /** Of the import: what is in the database has the same. */
  id: string;
  /** Of the target, as it stood before. */
  mark: string;
}

export function parseImportMark(kept: unknown): ImportMark | undefined {
  const [state, id, mark, ...more] = typeof kept === "string" ? kept.split(" ") : [];
  const isOne = (state === "importing" || state === "imported") && more.length === 0;
  return isOne && id !== undefined && mark !== undefined ? { state, id, mark } : undefined;
}

export const formatImportMark = ({ state, id, mark }: ImportMark): string => [state, id, mark].join(" ");
