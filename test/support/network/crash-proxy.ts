import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/**
 * The fate of a POST: it passes; it is lost; it is delivered on release, and its reply is lost; it is delivered at once, and
 * its reply is lost.
 */
export type Passage = "passes" | "request lost" | "request late" | "reply lost";

/** A proxy to KORE that holds a POST at a chosen point, so that the process can be killed there. */
export interface CrashProxy {
  readonly url: string;
  /** Sets the fate of the next POSTs, in order. Resolves once all of them are held. Later ones pass. */
  hold(...passages: Passage[]): Promise<void>;
  /** Lets a late request go; resolves once KORE has answered it. */
  letGo(): Promise<void>;
  stop(): Promise<void>;
}

const HEADERS = ["authorization", "content-type", "x-api-key"];

export async function startCrashProxy(target: string): Promise<CrashProxy> {
  let next: Passage[] = [];
  let toHold = 0;
  let allHeld = () => {};
  let letGo = () => {};
  let arrived = () => {};
  const late = new Promise<void>((resolve) => (letGo = resolve));
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  const held = () => {
    toHold -= 1;
    if (toHold === 0) allHeld();
  };

  const server = createServer((request, response) => {
    void (async () => {
      const { method = "GET", url = "/" } = request;
      const body = await text(request);
      const passage = (method === "POST" ? next.shift() : undefined) ?? "passes";
      if (passage.startsWith("request")) held();
      if (passage === "request lost") return;
      if (passage === "request late") await late;
      const headers = new Headers();
      for (const name of HEADERS) headers.set(name, String(request.headers[name] ?? ""));
      const reply = await fetch(target + url, { method, headers, ...(method === "POST" && { body }) });
      const answer = await reply.text();
      if (passage === "request late") arrived();
      if (passage === "reply lost") held();
      if (passage !== "passes") return;
      response.writeHead(reply.status, { "content-type": reply.headers.get("content-type") ?? "" }).end(answer);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold(...passages) {
      next = passages;
      toHold = passages.filter((passage) => passage !== "passes").length;
      return new Promise((resolve) => (allHeld = resolve));
    },
    letGo() {
      letGo();
      return arrival;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
