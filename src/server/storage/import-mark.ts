/**
 * Replaces a store's mark once its import into a database has begun. Releases that do not know it take it for the mark of
 * another target, and refuse the store.
 */
export interface ImportMark {
  state: "importing" | "imported";
  /** Of the import; the database holds the same id. */
  id: string;
  /** Of the target: the mark that was replaced. */
  mark: string;
}

export function parseImportMark(kept: unknown): ImportMark | undefined {
  const [state, id, mark, ...more] = typeof kept === "string" ? kept.split(" ") : [];
  const isOne = (state === "importing" || state === "imported") && more.length === 0;
  return isOne && id !== undefined && mark !== undefined ? { state, id, mark } : undefined;
}

export const formatImportMark = ({ state, id, mark }: ImportMark): string => [state, id, mark].join(" ");
