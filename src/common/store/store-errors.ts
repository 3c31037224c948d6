/** The durable store cannot be written: no free space, a failing disk, or no connection to the database. */
export class StoreUnavailable extends Error {
  override readonly name: string = "StoreUnavailable";
  /** The system's error code, such as ENOSPC, where there is no cause. */
  readonly code: string | undefined;

  constructor(message: string, { code, ...options }: ErrorOptions & { code?: string } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** The reply to a commit was lost, so its changes may have been made. Reading again shows whether they were. */
export class CommitUnknown extends StoreUnavailable {
  override readonly name = "CommitUnknown";
}

/** For `catch`: undefined while the store is unavailable. @throws any other error */
export function ifUnavailable(error: unknown): undefined {
  if (!(error instanceof StoreUnavailable)) throw error;
}

/** For `catch`: an empty list while the store is unavailable. @throws any other error */
export function noneIfUnavailable(error: unknown): [] {
  if (!(error instanceof StoreUnavailable)) throw error;
  return [];
}
