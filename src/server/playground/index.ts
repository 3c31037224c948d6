import { readFile } from "node:fs/promises";
import type { FastifyInstance } from "fastify";

export interface PlaygroundOptions {
  /** Shown as a badge, so that nobody takes real SIMs for the simulator's. */
  mode: "simulator" | "live";
  /** Whether operations must carry headers that say who asks. */
  needsCredentials: boolean;
  /** Open on a first visit, the first one active. From then on the browser keeps the user's own. */
  tabs: readonly PlaygroundTab[];
}

export interface PlaygroundTab {
  query: string;
  variables: Record<string, unknown>;
}

/** The same from src/server/playground (tsx, vitest) and from dist/server/playground (compiled). */
const bundle = new URL("../../../dist/playground/", import.meta.url);

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'", // Monaco positions every line and token by style attributes
  "font-src 'self' data:", // Monaco's icons are a file, GraphiQL's fonts are inside its style sheet
  "img-src 'self' data:",
  "connect-src 'self'", // covers ws: on the same host and port
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Serves GraphiQL at `/`, its bundled files under `/playground/assets/` and `{ mode, tabs }` at `/playground/tabs.json`.
 * Needs no internet: the bundle is complete, and the policy above keeps the browser from asking anyone else.
 *
 * @throws if the bundle was not built
 */
export async function playground(app: FastifyInstance, options: PlaygroundOptions): Promise<void> {
  const page = await readFile(new URL("index.html", bundle)).catch((cause: unknown) => {
    throw new Error('The playground is not built: run "npm run build".', { cause });
  });
  const { mode, needsCredentials, tabs } = options;
  const settings: PlaygroundOptions = { mode, needsCredentials, tabs };

  // A scope of its own: the headers below belong to the page, not to /graphql, however this plugin is called.
  await app.register(async (scope) => {
    scope.addHook("onRequest", async (_request, reply) => {
      reply.headers({
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
    });

    // The page names its files by hash, so a browser must ask for the page every time and for a file only once.
    scope.get("/", async (_request, reply) =>
      reply.type("text/html; charset=utf-8").header("cache-control", "no-cache").send(page),
    );
    scope.get("/playground/tabs.json", async (_request, reply) =>
      reply.header("cache-control", "no-cache").send(settings),
    );
    await scope.register(import("@fastify/static"), {
      root: new URL("assets/", bundle),
      prefix: "/playground/assets/",
      index: false,
      immutable: true,
      maxAge: "365d",
      preCompressed: true,
      setHeaders: (response) => void response.setHeader("vary", "accept-encoding"),
    });
  });
}
