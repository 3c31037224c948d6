import { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Caller } from "../../graph/index.ts";
import { ofRequest } from "./credentials.ts";
import { type Authentication, type Authenticator, type Refusal } from "./index.ts";

/** How long a caller should wait when nobody can tell who it is. Seconds. */
const RETRY_AFTER = 5;

declare module "fastify" {
  interface FastifyRequest {
    /** Who sent it, once that is known. Not in a table beside it, which costs more than what it holds. */
    caller?: Caller;
  }
}

/**
 * Lets only authenticated callers through to any route but the open ones, before their bodies are read. The function
 * tells who sent a request that got through.
 */
export function guard(
  http: FastifyInstance,
  authenticator: Authenticator,
  openRoutes: readonly string[],
): (request: FastifyRequest) => Caller {
  const isOpen = new Set<string | undefined>(openRoutes);
  http.decorateRequest("caller");
  http.addHook("onRequest", (request, reply, next) => {
    const route = request.routeOptions.url;
    // An address without a route is told so. A browser's OPTIONS never carries credentials, and asks for nothing.
    if (route === undefined || isOpen.has(route) || request.method === "OPTIONS") {
      next();
      return;
    }
    const admit = (answer: Authentication) => {
      if ("refusal" in answer) {
        refuse(reply, answer.refusal);
      } else {
        request.caller = answer.caller;
        next();
      }
    };
    const answer = authenticator.authenticate(ofRequest(request.raw));
    if (answer instanceof Promise) void answer.then(admit);
    else admit(answer);
  });
  return ({ caller }) => {
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
