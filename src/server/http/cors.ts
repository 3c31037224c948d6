import cors from "@fastify/cors";
import { type FastifyInstance } from "fastify";

/**
 * Lets pages of these origins call the graph, and nothing else of ours. No cookies: callers prove themselves by what a
 * page must add itself, so no page can borrow its reader's rights.
 */
export async function allowPages(http: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await http.register(cors, {
    delegator: ({ url }, answer) => answer(null, { ...PERMISSION, origin: isGraph(url) ? [...origins] : false }),
  });
}

const PERMISSION = {
  methods: ["GET", "POST"],
  credentials: false,
  exposedHeaders: ["retry-after", "x-request-id"],
  maxAge: 600,
  strictPreflight: false,
};

const isGraph = (url: string) => /^\/graphql(\/stream)?($|\?)/.test(url);
