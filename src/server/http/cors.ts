import cors from "@fastify/cors";
import { type FastifyInstance } from "fastify";

/** Allows pages of these origins to call /graphql and /graphql/stream. Without cookies: pages add a credential. */
export async function allowCors(http: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await http.register(cors, {
    delegator: ({ url }, answer) => answer(null, { ...POLICY, origin: isGraph(url) ? [...origins] : false }),
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
