import { type IncomingMessage } from "node:http";

/** Overhead of a Buffer: a body in chunks of one byte takes hundreds of times its length. Bytes. */
const CHUNK_BYTES = 512;

/** Factor by which a body may exceed the memory of the largest one in large chunks. */
const MAX_OVERHEAD = 4;

interface Body {
  bytes: number;
  readonly refuse: () => void;
}

/**
 * The bodies that are being received, bounded by their total memory: above it, the oldest is refused. At usual speed bodies
 * arrive within milliseconds, so a flood of slow ones displaces slow ones only.
 */
export class ArrivingBodies {
  readonly #maxBytes: number;
  readonly #maxBytesOfOne: number;
  /** The oldest first. */
  readonly #bodies = new Set<Body>();
  #bytes = 0;

  /** `maxBytes`: of memory, all together. `maxBodyBytes`: of one body, as sent. */
  constructor(maxBytes: number, maxBodyBytes: number) {
    this.#maxBytes = maxBytes;
    this.#maxBytesOfOne = Math.min(maxBytes, MAX_OVERHEAD * maxBodyBytes + 64 * 1024);
  }

  /** Memory of all. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Counts a request's body while some of it is missing: most arrive in one piece, and are never counted. `refuse` is called
   * at most once, when it must stop.
   *
   * @param length of the whole body, as sent; 0 if the request does not say
   */
  add(request: IncomingMessage, length: number, refuse: () => void): void {
    let body: Body | undefined;
    request.on("data", (chunk: Buffer) => {
      if (!body && chunk.length === length) return;
      body ??= this.#begin(request, refuse);
      this.#count(body, chunk);
    });
  }

  #begin(request: IncomingMessage, refuse: () => void): Body {
    const body: Body = { bytes: 0, refuse };
    this.#bodies.add(body);
    const end = () => this.#remove(body);
    request.once("end", end).once("close", end);
    return body;
  }

  #count(body: Body, chunk: Buffer): void {
    if (!this.#bodies.has(body)) return;
    const bytes = chunk.length + CHUNK_BYTES;
    body.bytes += bytes;
    this.#bytes += bytes;
    if (body.bytes > this.#maxBytesOfOne) this.#refuse(body);
    for (const oldest of this.#bodies) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#refuse(oldest);
    }
  }

  #refuse(body: Body): void {
    this.#remove(body);
    body.refuse();
  }

  #remove(body: Body): void {
    if (this.#bodies.delete(body)) this.#bytes -= body.bytes;
  }
}
