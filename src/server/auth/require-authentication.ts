import { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Caller } from "../../graph/index.ts";
import { credentialsOf } from "./credentials.ts";
import { type Authentication, type Authenticator, type Refusal } from "./index.ts";

/** `Retry-After` while authentication is unavailable. Seconds. */
const RETRY_AFTER = 5;

declare module "fastify" {
  interface FastifyRequest {
    /** The authenticated caller. A property: a WeakMap takes longer than the authentication. */
    caller?: Caller;
  }
}

/**
 * Requires authentication on all routes but the open ones, before the body is read. The returned function gets the caller
 * of an authenticated request.
 */
export function requireAuthentication(
  http: FastifyInstance,
  authenticator: Authenticator,
  openRoutes: readonly string[],
): (request: FastifyRequest) => Caller {
  const isOpen = new Set<string | undefined>(openRoutes);
  http.decorateRequest("caller");
  http.addHook("onRequest", (request, reply, next) => {
    const route = request.routeOptions.url;
    // Without a route: 404. OPTIONS of browsers never has credentials.
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
    const answer = authenticator.authenticate(credentialsOf(request.raw));
    if (answer instanceof Promise) void answer.then(admit);
    else admit(answer);
  });
  return ({ caller }) => {
    if (!caller) throw new Error("The request is not authenticated");
    return caller;
  };
}

function refuse(reply: FastifyReply, { code, message }: Refusal): FastifyReply {
  const isUnauthenticated = code === "UNAUTHENTICATED";
  if (isUnauthenticated) reply.header("www-authenticate", "Bearer");
  else reply.header("retry-after", RETRY_AFTER);
  return reply.code(isUnauthenticated ? 401 : 503).send({ errors: [{ message, extensions: { code } }] });
}
