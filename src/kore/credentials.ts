import { KoreError } from "./error.ts";

/** The most between attempts with credentials that KORE has refused. Milliseconds. */
const LONGEST_PAUSE = 30_000;

/**
 * Stands between whoever wants a token and KORE's token endpoint. Once KORE has refused the credentials it is asked
 * again only now and then, however many want a token: refused logins are what gets clients locked out.
 */
export class CredentialGate {
  readonly #now: () => number;
  #refusals = 0;
  #refusedAt = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get isRefused(): boolean {
    return this.#refusals > 0;
  }

  /** Since the last attempt, or since it is known without one. Milliseconds. */
  get age(): number {
    return this.#now() - this.#refusedAt;
  }

  async ask(request: () => Promise<unknown>): Promise<unknown> {
    if (this.isRefused && this.age < this.#pause()) throw refusedBefore();
    try {
      const reply = await request();
      this.#refusals = 0;
      return reply;
    } catch (error) {
      if (refusesCredentials(error)) this.refuse();
      throw error;
    }
  }

  refuse(): void {
    this.#refusals += 1;
    this.#refusedAt = this.#now();
  }

  /** None after the first refusal, which may be a mistake; then a second, two, four and so on. */
  #pause(): number {
    return this.#refusals <= 1 ? 0 : Math.min(LONGEST_PAUSE, 1000 * 2 ** (this.#refusals - 2));
  }
}

/** One of KORE's API families, each with tokens of its own. */
interface Family {
  gate: CredentialGate;
  tokens: { renew(): Promise<unknown>; forget(): void };
}

/** What KORE thinks of our credentials. */
export class Credentials {
  readonly #families: readonly Family[];

  constructor(families: readonly Family[]) {
    this.#families = families;
  }

  /** Whether one of KORE's token endpoints has refused them, or they are known to be dead. */
  get areRefused(): boolean {
    return this.#families.some(({ gate }) => gate.isRefused);
  }

  /** They have just been killed or suspended, and their tokens with them. */
  lose(): void {
    for (const { gate, tokens } of this.#families) {
      tokens.forget();
      gate.refuse();
    }
  }

  /** Whether they have been touched cannot be told: the next call will. */
  doubt(): void {
    for (const { tokens } of this.#families) tokens.forget();
  }

  /**
   * Tries refused ones again, unless that was done less than half a minute ago: they may have been enabled again. Where
   * another family takes them it need not be that long.
   */
  retry(): void {
    const areTakenElsewhere = this.#families.some(({ gate }) => !gate.isRefused);
    for (const { gate, tokens } of this.#families) {
      const isDue = areTakenElsewhere || gate.age >= LONGEST_PAUSE;
      if (gate.isRefused && isDue) tokens.renew().catch(() => undefined); // The gate has noted it.
    }
  }
}

/** KORE documents 401 with `invalid_client` for bad credentials; OAuth 2.0 (RFC 6749, 5.2) allows 400 as well. */
function refusesCredentials(error: unknown): boolean {
  if (!(error instanceof KoreError)) return false;
  return (
    error.status === 401 || (error.status === 400 && /(invalid|unauthorized)_client/.test(error.koreMessage ?? ""))
  );
}

function refusedBefore(): KoreError {
  const message = "KORE has refused these credentials a moment ago and is not asked again yet";
  return new KoreError("unauthenticated", message, { operation: "POST token", isUnsent: true });
}
