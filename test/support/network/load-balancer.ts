import { once } from "node:events";
import { request } from "node:http";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";

const PROBED_EVERY = 100;
const ANSWERS_WITHIN = 1_000;

interface Backend {
  readonly port: number;
  /** Gets new connections. */
  isIn: boolean;
  /** When `/readyz` was first not 200, by `performance.now()`. */
  badSince: number | undefined;
}

/**
 * Hands connections round between replicas, without a look into them. A replica whose `/readyz` is not 200 gets new ones
 * for a while still, as balancers look only now and then.
 */
export class LoadBalancer {
  readonly #server: Server;
  readonly #backends: Backend[];
  readonly #noticesAfter: number;
  readonly #sockets = new Set<Socket>();
  readonly #timer: NodeJS.Timeout;
  #next = 0;
  /** Connections that a replica in rotation has refused; each was passed on to the next one. */
  refused = 0;

  private constructor(ports: readonly number[], noticesAfter: number) {
    this.#backends = ports.map((port) => ({ port, isIn: true, badSince: undefined }));
    this.#noticesAfter = noticesAfter;
    this.#server = createServer((client) => this.#join(client));
    this.#timer = setInterval(() => this.#backends.forEach((one) => void this.#probe(one)), PROBED_EVERY);
  }

  /** @param noticesAfter how long a replica that is not ready is taken for ready; milliseconds */
  static async before(ports: readonly number[], noticesAfter: number): Promise<LoadBalancer> {
    const balancer = new LoadBalancer(ports, noticesAfter);
    balancer.#server.listen(0, "127.0.0.1");
    await once(balancer.#server, "listening");
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  isIn(port: number): boolean {
    return this.#backends.some((one) => one.port === port && one.isIn);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #probe(backend: Backend): Promise<void> {
    const isReady = await answers200(backend.port);
    if (isReady) {
      backend.badSince = undefined;
      backend.isIn = true;
    } else {
      backend.badSince ??= performance.now();
      if (performance.now() - backend.badSince >= this.#noticesAfter) backend.isIn = false;
    }
  }

  #join(client: Socket): void {
    this.#keep(client);
    const inRotation = this.#backends.filter(({ isIn }) => isIn);
    this.#next += 1;
    const order = inRotation.map((_, place) => inRotation[(this.#next + place) % inRotation.length] as Backend);
    const attempt = () => {
      const backend = order.shift();
      if (!backend) {
        client.destroy();
        return;
      }
      const upstream = this.#keep(connect(backend.port, "127.0.0.1"));
      const refuse = () => {
        this.refused += 1;
        attempt();
      };
      upstream.once("error", refuse);
      upstream.once("connect", () => {
        upstream.off("error", refuse);
        client.pipe(upstream).pipe(client);
        client.on("close", () => upstream.destroy());
        upstream.on("close", () => client.destroy());
      });
    };
    attempt();
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
  }
}

function answers200(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ host: "127.0.0.1", port, path: "/readyz", agent: false, timeout: ANSWERS_WITHIN });
    probe.on("response", (reply) => {
      reply.resume();
      resolve(reply.statusCode === 200);
    });
    probe.on("timeout", () => probe.destroy());
    probe.on("error", () => resolve(false));
    probe.end();
  });
}
