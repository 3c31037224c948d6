import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { type Reply } from "../../support/app.ts";
import { afterFile } from "../../support/vitest/cleanup.ts";

/** The answer of a tool. */
export interface Answer {
  isError: boolean;
  data?: Record<string, unknown> | null;
  errors?: Reply["errors"];
  extensions?: { kore?: Record<string, number> };
  rehearsal?: { token: string; expiresAt: string; next: string };
}

export interface McpClient {
  client: Client;
  call(name: string, args?: Record<string, unknown>): Promise<Answer>;
  tools(): Promise<string[]>;
}

/** The SDK's own client. It is closed with the tests of its file. */
export async function connect(url: string, headers: Record<string, string> = {}): Promise<McpClient> {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } });
  await client.connect(transport);
  afterFile(() => client.close());
  return {
    client,
    async call(name, args = {}) {
      const { structuredContent, content, isError } = await client.callTool({ name, arguments: args });
      const [{ text }] = content as [{ text: string }];
      if (JSON.stringify(structuredContent) !== text) throw new Error("both forms of the answer must agree");
      return { ...(structuredContent as object), isError: isError === true };
    },
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
  };
}

/** A folder of documents for TRUSTED_DOCUMENTS. */
export async function documentsFolder(documents: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-documents-"));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(documents)) await writeFile(join(folder, `${name}.graphql`), text);
  return folder;
}
