import { type ApolloServer, type BaseContext } from "@apollo/server";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import { type FastifyReply, type FastifyRequest } from "fastify";
import { csrfRefusal } from "../http/csrf.ts";
import { refuse } from "../http/error-responses.ts";

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Answers HTTP requests by Apollo, whose rule against CSRF gets our words. */
export function apolloHandler<Context extends BaseContext>(
  apollo: ApolloServer<Context>,
  context: (request: FastifyRequest, reply: FastifyReply) => Context,
): Handler {
  // Its type is that of a route whose reply is a text.
  const answer = fastifyApolloHandler(apollo, {
    context: (request, reply) => Promise.resolve(context(request, reply)),
  }) as unknown as Handler;
  return (request, reply) => {
    const forged = csrfRefusal(request);
    return forged === undefined ? answer(request, reply) : Promise.resolve(refuse(reply, 400, "BAD_REQUEST", forged));
  };
}
