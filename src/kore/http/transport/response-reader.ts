import { type Dispatcher } from "undici";
import { type AbortSignalLike } from "../../../common/abort.ts";
import { createStage } from "../../../common/stage.ts";

export interface Reply {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
  /** Instant of `performance.now()` of its last byte. */
  receivedAt: number;
}

export interface SendProgress {
  /** Whether a byte of the request may have been written to an established connection. Never becomes false again. */
  hasBegun: boolean;
}

/**
 * Sends one request and reads its reply to the last byte. Rejects with the signal's reason or undici's error.
 *
 * @param progress updated until the promise settles
 */
export function request(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignalLike,
  progress: SendProgress,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else dispatcher.dispatch(request, new ResponseReader(signal, progress, resolve, reject));
  });
}

/** Bytes of replies that are taken up at once: any number of single SIMs, and some seven pages of 100. */
const AT_ONCE = 1024 * 1024;

/** None waits for more: the order in which one operation asks KORE would be a matter of chance. */
const replied = createStage({ atOnce: AT_ONCE });

/** Collects the reply from undici's dispatch callbacks. `undici.request` would create a stream for each reply. */
class ResponseReader implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignalLike;
  readonly #progress: SendProgress;
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (error: Error) => void;
  readonly #abort = () => {
    const reason = this.#signal.reason;
    this.#reject(reason);
    this.#controller?.abort(reason);
  };
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Reply["headers"] = {};
  #chunks: Buffer[] = [];

  constructor(
    signal: AbortSignalLike,
    progress: SendProgress,
    resolve: (reply: Reply) => void,
    reject: (error: Error) => void,
  ) {
    this.#signal = signal;
    this.#progress = progress;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener("abort", this.#abort);
  }

  /** Called before undici writes the request, possibly again after a retry of undici's; an abort here writes nothing. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#signal.checkTime?.();
    if (this.#signal.aborted) {
      controller.abort(this.#signal.reason);
      return;
    }
    this.#progress.hasBegun = true;
    this.#controller = controller;
    this.#chunks = [];
  }

  /** Called for informational replies as well, before the final one. */
  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Reply["headers"]): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#signal.removeEventListener("abort", this.#abort);
    const first = this.#chunks[0];
    const body = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    // Taken before the reply waits for its turn, which is not KORE's time.
    const reply = { status: this.#status, headers: this.#headers, body, receivedAt: performance.now() };
    replied(() => this.#resolve(reply), body.length);
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#signal.removeEventListener("abort", this.#abort);
    this.#reject(error);
  }
}
