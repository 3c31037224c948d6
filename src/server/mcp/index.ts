import { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Caller, type GraphContext, ROLES } from "../../graph/index.ts";
import { abortSignalOf } from "../http/abort-signal.ts";
import { refuse } from "../http/error-responses.ts";
import { isLoopbackName } from "../http/host-check.ts";
import { type Telemetry, correlate } from "../telemetry/index.ts";
import { type CallOptions, type ToolAnswer, ToolRunner, hasFailed } from "./call.ts";
import { type Tool, type ToolOptions, toolsOf } from "./tools.ts";

export interface McpOptions extends Pick<ToolOptions, "documents" | "orders"> {
  rehearsals: CallOptions<GraphContext>["rehearsals"];
  /** Host names under which it is served, beside those of this machine. */
  hosts: readonly string[];
  /** Origins of pages that may call it. Other clients send none. */
  origins: readonly string[];
}

type Dependencies<Context extends GraphContext> = McpOptions &
  Omit<CallOptions<Context>, "rehearsals"> & { telemetry: Telemetry };

const MCP_PATH = "/mcp";

const INSTRUCTIONS =
  "KORE Wireless' SIMs, accounts and orders. Each tool is one GraphQL operation. `extensions.kore` of an answer is its cost in requests to KORE, a scarce resource: prefer one call with many ICCIDs to many calls. Errors have a stable `extensions.code`.";

/**
 * The Model Context Protocol (Streamable HTTP) at /mcp: a tool for each trusted document. Stateless: each request has a
 * server of its own, and is answered as JSON. The tools are made when they are first needed, since that takes some 50 ms.
 * @returns the texts that its orders run
 */
export function mcp<Context extends GraphContext>(
  http: FastifyInstance,
  callerOf: (request: FastifyRequest) => Caller,
  options: Dependencies<Context>,
): () => readonly string[] {
  const tools = once(() => [...toolsOf(options).values()]);
  const runner = new ToolRunner(options);
  const { hosts, origins, telemetry } = options;

  const checkOrigin = ({ hostname, headers: { origin } }: FastifyRequest, reply: FastifyReply, next: () => void) => {
    if (!isLoopbackName(hostname) && !hosts.includes(hostname)) {
      refuse(reply, 421, "MISDIRECTED_REQUEST", "Unknown host name; MCP_HOSTS lists those of /mcp");
    } else if (origin !== undefined && !origins.includes(origin)) {
      refuse(reply, 403, "FORBIDDEN", "Unknown origin; MCP_ORIGINS lists the pages that may call /mcp");
    } else {
      next();
    }
  };
  http.route({
    method: "POST",
    url: MCP_PATH,
    onRequest: checkOrigin,
    handler: async (request, reply) => {
      if (Array.isArray(request.body)) return refuse(reply, 400, "BAD_REQUEST", "One message a request, no batches");
      const caller = callerOf(request);
      const signal = abortSignalOf(reply);
      const correlation = { ...correlate((name) => request.headers[name], request.id), wantsStats: true };
      const begin = () => telemetry.begin(correlation);
      const { answer } = await import("./protocol.ts"); // Loads the SDK with the first request.
      const response = await answer(request, {
        instructions: INSTRUCTIONS,
        tools: tools().filter((tool) => isFor(caller, tool)),
        call: async (tool, args) => resultOf(await runner.call({ tool, args, caller, signal, begin })),
      });
      const type = response.headers.get("content-type");
      if (type !== null) reply.header("content-type", type);
      return reply.code(response.status).send(await response.text());
    },
  });
  http.route({
    method: ["GET", "DELETE"],
    url: MCP_PATH,
    onRequest: checkOrigin,
    handler: (_, reply) =>
      refuse(reply.header("allow", "POST"), 405, "METHOD_NOT_ALLOWED", "/mcp takes POST: it has no sessions"),
  });
  return () => tools().flatMap(({ order, text }) => (order ? [text] : []));
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

const isFor = ({ role }: Caller, tool: Tool): boolean => ROLES.indexOf(role) >= ROLES.indexOf(tool.role);

function resultOf(answer: ToolAnswer) {
  return {
    content: [{ type: "text" as const, text: JSON.stringify(answer) }],
    structuredContent: { ...answer },
    isError: hasFailed(answer),
  };
}
