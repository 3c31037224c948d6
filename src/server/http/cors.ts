import cors from "@fastify/cors";
import { type FastifyInstance } from "fastify";

interface Origins {
  /** Of pages that may call /graphql and /graphql/stream. */
  graph: readonly string[];
  /** Of pages that may call /mcp. */
  mcp: readonly string[];
}

/** Allows pages of some origins to call the graph. Without cookies: pages add a credential. */
export async function allowCors(http: FastifyInstance, { graph, mcp }: Origins): Promise<void> {
  if (graph.length + mcp.length === 0) return;
  await http.register(cors, {
    delegator({ url }, answer) {
      const origin = isGraph(url) ? graph : isMcp(url) ? mcp : [];
      answer(null, { ...POLICY, origin: origin.length > 0 ? [...origin] : false });
    },
  });
}

const POLICY = {
  methods: ["GET", "POST"],
  credentials: false,
  exposedHeaders: ["retry-after", "x-request-id"],
  maxAge: 600,
  strictPreflight: false,
};

const isGraph = (url: string) => /^\/graphql(\/stream)?($|\?)/.test(url);
const isMcp = (url: string) => /^\/mcp($|\?)/.test(url);
