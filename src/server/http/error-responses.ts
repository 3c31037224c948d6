import { type FastifyReply, type FastifyRequest } from "fastify";
import { type Logger } from "../logging/log.ts";

const ERRORS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ["BAD_REQUEST", "The request body is not valid JSON"],
  415: ["UNSUPPORTED_MEDIA_TYPE", "The request body must be application/json"],
};

/** Answers an HTTP error in GraphQL's format. Its original message may quote the body. */
export function sendFailure(
  error: { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
  { log, maxBytes }: { log: Logger; maxBytes: number },
): FastifyReply {
  const status = error.statusCode ?? 500;
  const tooLarge = `The request body is larger than ${Math.floor(maxBytes / 1024)} KiB`;
  if (status === 413) return refuse(reply, status, "PAYLOAD_TOO_LARGE", tooLarge);
  const [code, message] = ERRORS[status] ?? ["BAD_REQUEST", "The request could not be read"];
  if (status < 500) return refuse(reply, status, code, message);
  log.error({ err: error, route: request.routeOptions.url }, "request failed");
  return refuse(reply, 500, "INTERNAL_SERVER_ERROR", "Internal error");
}

/** Answers requests without a route. */
export function sendNotFound({ url }: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (/^\/graphql($|\?)/.test(url)) {
    return refuse(reply.header("allow", "GET, POST"), 405, "METHOD_NOT_ALLOWED", "The graph takes GET and POST");
  }
  if (/^\/graphql\/stream($|\?)/.test(url)) {
    return refuse(reply.header("allow", "POST"), 405, "METHOD_NOT_ALLOWED", "Streams are opened by POST");
  }
  return refuse(reply, 404, "NOT_FOUND", "Nothing is here; the graph is at /graphql");
}

/** Sends an HTTP error in GraphQL's format. */
export function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ errors: [{ message, extensions: { code } }] });
}
