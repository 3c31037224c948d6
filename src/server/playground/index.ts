import { readFile } from "node:fs/promises";
import type { FastifyInstance } from "fastify";
import { packageFile } from "../../common/package-file.ts";

export interface PlaygroundOptions {
  /** Shown as a badge, so that real SIMs are not mistaken for simulated ones. */
  mode: "simulator" | "live";
  /** Whether operations need credentials. */
  needsCredentials: boolean;
  /** Listed in groups. A first visit opens and runs the first read. Later the browser restores the user's tabs. */
  tabs: readonly PlaygroundTab[];
  /** Names of mutations to mark as dangerous. */
  confirmedMutations: readonly string[];
}

export interface PlaygroundTab {
  query: string;
  variables: Record<string, unknown>;
  group: OperationGroup;
  /** Of an order: the variable of live operations that watch its request. @default provisioningRequestId */
  watchedAs?: string;
}

export type OperationGroup = "read" | "order" | "live" | "alerts" | "apiClients";

const bundle = packageFile("dist/playground/");

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
 * Serves GraphiQL at `/`, its bundled files under `/playground/assets/` and its options at `/playground/tabs.json`.
 * The bundle is complete, and the policy above forbids requests to other hosts.
 *
 * @throws if the bundle was not built
 */
export async function playground(app: FastifyInstance, options: PlaygroundOptions): Promise<void> {
  const page = await readFile(new URL("index.html", bundle)).catch((cause: unknown) => {
    throw new Error('The playground is not built: run "npm run build".', { cause });
  });

  // In a scope, so that these headers apply to the page only.
  await app.register(async (scope) => {
    scope.addHook("onRequest", async (_request, reply) => {
      reply.headers({
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
    });

    // Files are named by hash: browsers revalidate the page, and cache its files.
    scope.get("/", async (_request, reply) =>
      reply.type("text/html; charset=utf-8").header("cache-control", "no-cache").send(page),
    );
    scope.get("/playground/tabs.json", async (_request, reply) =>
      reply.header("cache-control", "no-cache").send(options),
    );
    // eslint-disable-next-line no-restricted-syntax -- a plugin is its default export
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
