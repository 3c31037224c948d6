import { once } from "node:events";
import { type Server, type Socket, connect, createServer } from "node:net";

type Filter = (chunk: Buffer) => Buffer;

/** A proxy that can hold, cut or change the bytes between client and server. */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<{ client: Socket; upstream: Socket }>();
  readonly #makeFilter: (() => Filter) | undefined;
  #isHeld = false;
  #isRefusing = false;
  #cutAfter: { isConcerned: (sent: string) => boolean; arrives: boolean } | undefined;

  private constructor(port: number, makeFilter: (() => Filter) | undefined) {
    this.#makeFilter = makeFilter;
    this.#server = createServer({ allowHalfOpen: false }, (client) => this.#join(client, port));
  }

  /** @param makeFilter creates the filter of the server's bytes, for each connection */
  static async to(port: number, makeFilter?: () => Filter): Promise<TcpProxy> {
    const proxy = new TcpProxy(port, makeFilter);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** An address with this proxy's port in place of the server's. */
  url(of: string): string {
    const address = this.#server.address();
    return of.replace(/:\d+\//, `:${typeof address === "object" && address ? address.port : 0}/`);
  }

  /** Cuts all connections and refuses others. */
  cut(): void {
    this.#isRefusing = true;
    for (const { client, upstream } of this.#pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  /** Drops all bytes, without closing connections. */
  hold(): void {
    this.#isHeld = true;
    for (const { client, upstream } of this.#pairs) {
      client.pause();
      upstream.pause();
    }
  }

  /** Ends `cut` and `hold`. */
  heal(): void {
    this.#isRefusing = false;
    this.#isHeld = false;
    for (const { client, upstream } of this.#pairs) {
      client.resume();
      upstream.resume();
    }
  }

  /** The next connection whose client has sent such bytes is cut instead of answered. `arrives`: the server has them. */
  cutAnswerTo(isConcerned: (sent: string) => boolean, { arrives }: { arrives: boolean }): void {
    this.#cutAfter = { isConcerned, arrives };
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket, port: number): void {
    if (this.#isRefusing) {
      client.destroy();
      return;
    }
    const upstream = connect(port, "127.0.0.1");
    const pair = { client, upstream };
    this.#pairs.add(pair);
    const filter = this.#makeFilter?.() ?? ((chunk: Buffer) => chunk);
    let isCut = false;
    client.on("data", (chunk: Buffer) => {
      const { isConcerned, arrives } = this.#cutAfter ?? {};
      if (isConcerned?.(chunk.toString("latin1"))) {
        this.#cutAfter = undefined;
        isCut = true;
        if (!arrives) {
          client.destroy();
          return;
        }
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      if (isCut) client.destroy();
      else client.write(filter(chunk));
    });
    for (const [end, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      end.on("error", () => undefined);
      end.on("close", () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
    if (this.#isHeld) {
      client.pause();
      upstream.pause();
    }
  }
}

/** Takes PostgreSQL's notifications out, as a pooler in transaction mode does. */
export function withoutNotifications(): Filter {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const passed: Buffer[] = [];
    while (rest.length >= 5) {
      const end = 1 + rest.readInt32BE(1);
      if (rest.length < end) break;
      if (rest[0] !== "A".charCodeAt(0)) passed.push(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    return Buffer.concat(passed);
  };
}
