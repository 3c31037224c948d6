import { type ApolloServer, type BaseContext } from "@apollo/server";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import { type FastifyReply, type FastifyRequest } from "fastify";

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Answers HTTP requests by Apollo. */
export function apolloHandler<Context extends BaseContext>(
  apollo: ApolloServer<Context>,
  context: (request: FastifyRequest, reply: FastifyReply) => Context,
): Handler {
  // Its type is that of a route whose reply is a text.
  return fastifyApolloHandler(apollo, {
    context: (request, reply) => Promise.resolve(context(request, reply)),
  }) as unknown as Handler;
}
