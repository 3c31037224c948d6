import { request } from "node:http";

export type Posted = { readonly status: number } | { readonly error: string };

/** KORE's: 5 s to connect, 15 s until the answer has been read. */
const LIMITS = { connectMs: 5_000, totalMs: 15_000 };

interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly limits?: typeof LIMITS;
}

/**
 * Sends one delivery and waits for the whole answer. Follows no redirection. Each uses a new connection: the receiver
 * may close an idle one while the next delivery is being sent, which would then be lost.
 */
export function post({ url, headers, body, signal, limits = LIMITS }: Post): Promise<Posted> {
  const { connectMs, totalMs } = limits;
  return new Promise((resolve) => {
    const call = request(url, {
      method: "POST",
      agent: false,
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      signal,
    });
    const giveUp = (what: string) => () => call.destroy(new Error(what));
    const connect = setTimeout(giveUp(`no connection within ${connectMs} ms`), connectMs).unref();
    const total = setTimeout(giveUp(`no answer within ${totalMs} ms`), totalMs).unref();
    const end = (posted: Posted): void => {
      clearTimeout(connect);
      clearTimeout(total);
      resolve(posted);
    };
    call.once("socket", (socket) => socket.once("connect", () => clearTimeout(connect)));
    call.on("error", (error) => end({ error: error.message }));
    call.once("response", (response) => {
      response.on("error", (error) => end({ error: error.message }));
      response.once("end", () => end({ status: response.statusCode ?? 0 }));
      response.resume();
    });
    call.end(body);
  });
}
