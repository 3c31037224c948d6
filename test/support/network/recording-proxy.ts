import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A proxy to KORE that records every reply, and can corrupt replies. */
export interface RecordingProxy {
  readonly url: string;
  /** The bodies of KORE's replies, as they left KORE. */
  readonly bodies: readonly string[];
  /** Corrupts the next reply whose body matches: truncates it, or cuts the connection. */
  spoil(pattern: RegExp, how: "half" | "cut"): void;
  stop(): Promise<void>;
}

const HEADERS = ["authorization", "content-type", "x-api-key"];

export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const bodies: string[] = [];
  let spoiled: { pattern: RegExp; how: "half" | "cut" } | undefined;
  const server = createServer((request, response) => {
    void (async () => {
      const { method = "GET", url = "/" } = request;
      const body = await text(request);
      const headers = HEADERS.flatMap((name): [string, string][] => {
        const value = request.headers[name];
        return typeof value === "string" ? [[name, value]] : [];
      });
      const reply = await fetch(target + url, { method, headers, ...(body !== "" && { body }) });
      const answer = await reply.text();
      bodies.push(answer);
      const how = spoiled?.pattern.test(answer) ? spoiled.how : undefined;
      if (how) spoiled = undefined;
      if (how === "cut") {
        response.destroy();
        return;
      }
      response.writeHead(reply.status, { "content-type": reply.headers.get("content-type") ?? "" });
      response.end(how === "half" ? answer.slice(0, -5) : answer); // Without its end, which is malformed JSON.
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spoil: (pattern, how) => (spoiled = { pattern, how }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
