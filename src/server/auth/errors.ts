/** A missing or invalid credential. `why` is for the log and holds no credential. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";
  constructor(readonly why: string) {
    super(why);
  }
}

/** The credential cannot be verified at present. */
export class AuthenticationUnavailable extends Error {
  override readonly name = "AuthenticationUnavailable";
}
