import { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Caller } from "../../graph/index.ts";
import { ofRequest } from "./credentials.ts";
import { type Authenticator, type Refusal } from "./index.ts";

/** How long a caller should wait when nobody can tell who it is. Seconds. */
const RETRY_AFTER = 5;

/**
 * Lets only authenticated callers through to any route but the open ones, before their bodies are read. The function
 * tells who sent a request that got through.
 */
export function guard(
  http: FastifyInstance,
  authenticator: Authenticator,
  openRoutes: readonly string[],
): (request: FastifyRequest) => Caller {
  const callers = new WeakMap<FastifyRequest, Caller>();
  http.addHook("onRequest", async (request, reply) => {
    const route = request.routeOptions.url;
    // An address without a route is told so. A browser's OPTIONS never carries credentials, and asks for nothing.
    if (route === undefined || openRoutes.includes(route) || request.method === "OPTIONS") return;
    const answer = await authenticator.authenticate(ofRequest(request.raw));
    if ("refusal" in answer) await refuse(reply, answer.refusal);
    else callers.set(request, answer.caller);
  });
  return (request) => {
    const caller = callers.get(request);
    if (!caller) throw new Error("A request got through that nobody has authenticated");
    return caller;
  };
}

function refuse(reply: FastifyReply, { code, message }: Refusal): FastifyReply {
  const isUnknown = code === "UNAUTHENTICATED";
  if (isUnknown) reply.header("www-authenticate", "Bearer");
  else reply.header("retry-after", RETRY_AFTER);
  return reply.code(isUnknown ? 401 : 503).send({ errors: [{ message, extensions: { code } }] });
}
