import { once } from "node:events";
import { type Socket, connect } from "node:net";

interface Question {
  readonly request: Buffer;
  readonly expected: Buffer;
}

export interface Request {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * One caller: a connection that is kept, on which one request follows the answer to the one before. Written on sockets,
 * since HTTP clients spend more on an answer than the fastest of the servers.
 */
export class Caller {
  readonly #socket: Socket;
  readonly #questions: readonly Question[];
  #asked = 0;

  private constructor(socket: Socket, questions: readonly Question[]) {
    this.#socket = socket;
    this.#questions = questions;
  }

  /** @param questions asked in turn, over and over */
  static async connect(
    url: string,
    questions: readonly { readonly request: Request; readonly expected: string }[],
  ): Promise<Caller> {
    const { hostname, port, host } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, "connect");
    socket.on("error", () => undefined); // It closes then, which rejects the pending request.
    return new Caller(
      socket,
      questions.map(({ request, expected }) => ({ request: bytesOf(request, host), expected: Buffer.from(expected) })),
    );
  }

  /** Asks once; resolves when the answer is there whole. Rejects unless it is exactly the expected one. */
  async ask(): Promise<void> {
    const question = this.#questions[this.#asked++ % this.#questions.length];
    if (!question) throw new Error("a caller without a question");
    const { status, body } = await this.#exchange(question.request);
    if (status === 200 && body.equals(question.expected)) return;
    throw new Error(`status ${status} and another answer than expected: ${body.toString("utf8", 0, 500)}`);
  }

  close(): void {
    this.#socket.destroy();
  }

  #exchange(request: Buffer): Promise<{ status: number; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const reply = new Reply();
      const onData = (chunk: Buffer) => {
        try {
          const whole = reply.add(chunk);
          if (whole) end(() => resolve(whole));
        } catch (error) {
          end(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      };
      const onClose = () => end(() => reject(new Error("the connection was closed before the answer")));
      const end = (settle: () => void) => {
        this.#socket.off("data", onData).off("close", onClose);
        settle();
      };
      if (this.#socket.destroyed) {
        onClose();
        return;
      }
      this.#socket.on("data", onData).on("close", onClose);
      this.#socket.write(request);
    });
  }
}

/** An HTTP reply with a length, as it arrives. */
class Reply {
  readonly #chunks: Buffer[] = [];
  #received = 0;
  #head: { status: number; bodyAt: number; end: number } | undefined;

  add(chunk: Buffer): { status: number; body: Buffer } | undefined {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    this.#head ??= this.#readHead();
    if (!this.#head || this.#received < this.#head.end) return undefined;
    const { status, bodyAt, end } = this.#head;
    return { status, body: this.#bytes().subarray(bodyAt, end) };
  }

  #readHead() {
    const bytes = this.#bytes();
    const at = bytes.indexOf("\r\n\r\n");
    if (at === -1) return undefined;
    const head = bytes.toString("latin1", 0, at);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length === undefined) throw new Error(`a reply without content-length, which the bench cannot read:\n${head}`);
    return { status: Number(head.slice(9, 12)), bodyAt: at + 4, end: at + 4 + Number(length) };
  }

  #bytes(): Buffer {
    const [only, ...more] = this.#chunks;
    return only && more.length === 0 ? only : Buffer.concat(this.#chunks);
  }
}

function bytesOf({ method, path, headers, body }: Request, host: string): Buffer {
  const length = Buffer.byteLength(body);
  const lines = Object.entries({ host, ...headers, ...(length > 0 && { "content-length": length }) });
  return Buffer.from(
    [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), "", body].join("\r\n"),
  );
}
