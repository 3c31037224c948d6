/** The durable store cannot be written at present: no room, the disk refuses, or the database is away. Reads go on. */
export class StoreUnavailable extends Error {
  override readonly name: string = "StoreUnavailable";
  /** The system's name of the failure, where it is known without a cause: ENOSPC. */
  readonly code: string | undefined;

  constructor(message: string, { code, ...options }: ErrorOptions & { code?: string } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** The answer to a commit was lost: its changes may have been made or not. Reading again shows it. */
export class CommitUnknown extends StoreUnavailable {
  override readonly name = "CommitUnknown";
}

/** For `catch`: nothing while the store is unavailable. @throws any other error */
export function ifUnavailable(error: unknown): undefined {
  if (!(error instanceof StoreUnavailable)) throw error;
}

/** The same for lists. */
export function noneIfUnavailable(error: unknown): [] {
  if (!(error instanceof StoreUnavailable)) throw error;
  return [];
}
