import cors from "@fastify/cors";
import { type FastifyInstance } from "fastify";

/** Lets pages of these origins call /graphql and /graphql/stream. No cookies: a page must add a credential itself. */
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
