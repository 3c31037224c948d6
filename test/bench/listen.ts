import { type Server } from "node:http";
import { type AddressInfo } from "node:net";

/** Listens on a free port of this machine and says where, which is what the bench waits for. */
export function listen(server: Server): void {
  // Pools rest while the other server has its turn; a connection that closes just then would be a failed request.
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1", () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}
