import { type Socket } from "node:net";

/** Connections whose first request is late. */
export class UnusedConnections {
  readonly #waiting = new Map<Socket, NodeJS.Timeout>();

  /** `close` is called unless the connection is used or closed within so many milliseconds. */
  add(socket: Socket, milliseconds: number, close: () => void): void {
    this.#waiting.set(socket, setTimeout(close, milliseconds));
    socket.once("close", () => this.remove(socket));
  }

  /** Its first request has come. */
  remove(socket: Socket): void {
    if (this.#waiting.size === 0) return;
    clearTimeout(this.#waiting.get(socket));
    this.#waiting.delete(socket);
  }
}
