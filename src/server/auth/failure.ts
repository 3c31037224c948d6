/** A caller that is not who it says, or does not say. `why` is for the log; it holds no credential. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";
  constructor(readonly why: string) {
    super(why);
  }
}

/** Nobody can tell at present whether the caller is who it says. */
export class AuthenticationUnavailable extends Error {
  override readonly name = "AuthenticationUnavailable";
}
