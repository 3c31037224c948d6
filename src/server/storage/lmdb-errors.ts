/** The store at `STORE_PATH` cannot be opened. The message is one sentence for the operator. */
export class StoreUnusable extends Error {
  override readonly name = "StoreUnusable";
  constructor(sentence: string, options?: ErrorOptions) {
    super(`The store (STORE_PATH) ${sentence}`, options);
  }
}

/** Sentences for the codes of a failed `mkdir`, `open` or `write`, for operators. */
const DESCRIPTIONS: ReadonlyMap<unknown, string> = new Map([
  ["ENOTDIR", "is not a folder: a file stands at its path or above it"],
  ["EEXIST", "is not a folder: a file stands at its path"],
  ["EROFS", "is on a file system that is mounted read-only"],
  ["EACCES", "may not be written by this user"],
  ["EPERM", "may not be written by this user"],
  ["ENOSPC", "has no room: its disk is full"],
  ["EDQUOT", "has no room: this user's disk quota is used up"],
  ["ENAMETOOLONG", "has a path that is too long for this system"],
  ["ENOENT", "cannot be made at its path"],
  ["ELOOP", "has a path of symbolic links that lead in a circle"],
]);

/** Describes an error of the file system for operators; other errors are returned as they are. */
export function toStoreUnusable(error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return error;
  return new StoreUnusable(DESCRIPTIONS.get(error.code) ?? `cannot be used (${String(error.code)})`, { cause: error });
}

/** The ledger in `STORE_PATH` is, or may be, in a database. Two ledgers of one KORE would write twice. */
export class StoreMoved extends Error {
  override readonly name = "StoreMoved";
  constructor(isDone: boolean) {
    super(
      isDone
        ? "The store (STORE_PATH) was moved into a database by `kore-graph import-store`, and what was written since is there: start with DATABASE_URL in place of STORE_PATH"
        : "The store (STORE_PATH) is being moved into a database: `kore-graph import-store` has begun and not ended. Run it again",
    );
  }
}
