import { type Dispatcher } from "undici";
import { type CallSignal } from "./call-signal.ts";

export interface Reply {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

/** Sends one request and hears its reply to the last byte. Fails with the signal's reason, or as undici says. */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: CallSignal,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else dispatcher.dispatch(request, new Exchange(signal, resolve, reject));
  });
}

/** What undici tells of an exchange, put together. Its `request` would make a stream of each reply. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #signal: CallSignal;
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

  constructor(signal: CallSignal, resolve: (reply: Reply) => void, reject: (error: Error) => void) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener("abort", this.#giveUp);
  }

  /** Nothing is sent yet, and nothing will be when it is given up here. Undici may begin anew. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#signal.aborted) {
      controller.abort(this.#signal.reason);
      return;
    }
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
