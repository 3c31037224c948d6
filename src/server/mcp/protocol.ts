import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import { type FastifyRequest } from "fastify";
import { packageVersion } from "../../common/package-file.ts";
import { type Tool } from "./tools.ts";

interface Session {
  instructions: string;
  /** The tools that the caller sees. */
  tools: readonly Tool[];
  call: (tool: Tool, args: Readonly<Record<string, unknown>>) => Promise<CallToolResult>;
}

const version = packageVersion();

/** Of answers to the server's own questions, of which there are none. Each server would make one. */
const jsonSchemaValidator = new AjvJsonSchemaValidator();

/** Answers one message of the protocol. */
export async function answer(
  { method, headers, body }: Pick<FastifyRequest, "method" | "headers" | "body">,
  { instructions, tools, call }: Session,
): Promise<Response> {
  const mcp = new McpServer(
    { name: "kore-graph", version },
    { capabilities: { tools: { listChanged: false } }, instructions, jsonSchemaValidator },
  );
  mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, description, inputSchema, annotations }) => {
      return { name, description, inputSchema, annotations };
    }),
  }));
  mcp.server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: args = {} } }) => {
    const tool = tools.find((one) => one.name === name);
    if (!tool) throw new McpError(ErrorCode.InvalidParams, "The caller has no tool of this name; tools/list has all");
    return call(tool, args);
  });
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await mcp.connect(transport);
  const request = new Request("http://kore-graph/mcp", { method, headers: headersOf(headers) });
  try {
    return await transport.handleRequest(request, { parsedBody: body });
  } finally {
    await mcp.close();
  }
}

function headersOf(given: FastifyRequest["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  return headers;
}
