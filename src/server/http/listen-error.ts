import { once } from "node:events";
import { createServer } from "node:net";
import { SettingError } from "../config/setting-error.ts";

/** Ports after the wanted one that are tried before any free one is taken. */
const NEAR = 20;

/**
 * The sentence for an address that cannot be listened on: it names the variable, and for a port that is in use a free
 * one. Other errors are returned as they are.
 */
export async function listenError(
  error: unknown,
  { variable, host, port }: { variable: string; host: string; port: number },
): Promise<unknown> {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new SettingError(
        `${variable}: port ${port} is in use. ${variable}=${await freePort(host, port)} is free, and 0 takes any free one`,
        { cause: error },
      );
    case "EACCES":
      return new SettingError(`${variable}: port ${port} may not be opened by this user: choose one above 1023`, {
        cause: error,
      });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new SettingError("HOST: must be an address of this machine", { cause: error });
    default:
      return error;
  }
}

/** The next free port, or any. */
async function freePort(host: string, taken: number): Promise<number> {
  for (const port of [...Array.from({ length: NEAR }, (_, index) => taken + 1 + index), 0]) {
    const found = port > 65_535 ? undefined : await listened(host, port);
    if (found !== undefined) return found;
  }
  return 0;
}

async function listened(host: string, port: number): Promise<number | undefined> {
  // Exclusive: in a replica of `node:cluster` the port would be shared, and so be free.
  const server = createServer().listen({ host, port, exclusive: true });
  try {
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" ? address?.port : undefined;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
