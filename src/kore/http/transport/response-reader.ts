import { type Dispatcher } from "undici";
import { type AbortSignalLike } from "../../../common/abort.ts";

export interface Reply {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

/** How far an exchange has come. */
export interface SendProgress {
  /** Whether a byte of the request may have been written to a connection, tunnel and TLS made. Never becomes false again. */
  hasBegun: boolean;
}

/**
 * Sends one request and reads its reply to the last byte. Fails with the signal's reason, or as undici says.
 *
 * @param progress kept up to date until the promise settles
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

/** Collects the reply from undici's dispatch callbacks. `undici.request` would create a stream for each reply. */
class ResponseReader implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignalLike;
  readonly #progress: SendProgress;
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (error: Error) => void;
  readonly #giveUp = () => {
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
    signal.addEventListener("abort", this.#giveUp);
  }

  /** Undici is about to write the request; when it is given up here, nothing is written. Undici may begin anew. */
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

  /** Also for each informational reply before the one that counts. */
  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Reply["headers"]): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#signal.removeEventListener("abort", this.#giveUp);
    const first = this.#chunks[0];
    const body = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#signal.removeEventListener("abort", this.#giveUp);
    this.#reject(error);
  }
}
