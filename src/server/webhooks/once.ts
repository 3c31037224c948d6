/**
 * Claims deliveries, which KORE may send more than once, to this process or to another.
 *
 * A token is remembered twice: as taken before the answer, since a memory that fails has to be answered with 503 for
 * KORE to send again, and as answered right after it. With one mark alone a crash between memory and answer would lose
 * the event: KORE, left without an answer, sends again, and the repeat would be dropped. So a token that was
 * taken but never answered is worked on after all, unless this process is just about to answer it. The price is that
 * repeats which reach two processes within the same few milliseconds may be worked on twice, never not at all.
 */
export class DeliveryClaims {
  readonly #remember: (token: string) => Promise<boolean>;
  /** Tokens between taken and answered in this process. */
  readonly #here = new Map<string, Promise<boolean>>();

  constructor(remember: (token: string) => Promise<boolean>) {
    this.#remember = remember;
  }

  /** Whether the caller is the one to work on it, who then has to say `answered`. Rejects when memory fails. */
  async claim(token: string): Promise<boolean> {
    const other = this.#here.get(token);
    if (other) {
      await other; // Fails with it: `received` must not be answered before the claim is durable.
      return false;
    }
    const claim = this.#claim(token);
    this.#here.set(token, claim);
    let isMine = false;
    try {
      isMine = await claim;
      return isMine;
    } finally {
      if (!isMine) this.#here.delete(token);
    }
  }

  async answered(token: string): Promise<void> {
    try {
      await this.#remember(answeredMark(token));
    } finally {
      this.#here.delete(token);
    }
  }

  async #claim(token: string): Promise<boolean> {
    return (await this.#remember(token)) || (await this.#remember(answeredMark(token)));
  }
}

const ANSWERED = " answered";

const answeredMark = (token: string): string => token + ANSWERED;

/** The token of a mark that a delivery was answered; undefined: the mark says that it was taken. */
export const answeredToken = (mark: string): string | undefined =>
  mark.endsWith(ANSWERED) ? mark.slice(0, -ANSWERED.length) : undefined;
