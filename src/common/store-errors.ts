/** The durable store cannot be written at present: no room, or the disk refuses. Reads go on. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  /** The system's name of the failure, where it is known without a cause: ENOSPC. */
  readonly code: string | undefined;

  constructor(message: string, { code, ...options }: ErrorOptions & { code?: string } = {}) {
    super(message, options);
    this.code = code;
  }
}
