import { type Reply } from "../app.ts";
import { TRANSPORTS } from "../live/callers.ts";

interface Operation {
  /** Empty: it is named by its hash. */
  query: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
}

type Ask = (url: string, operation: Operation, credentials?: Record<string, string>) => Promise<Reply>;

const post: Ask = async (url, operation, credentials) => {
  const headers = { "content-type": "application/json", ...credentials };
  const body = JSON.stringify({ ...operation, query: operation.query || undefined });
  const reply = await fetch(`${url}/graphql`, { method: "POST", headers, body });
  return (await reply.json()) as Reply;
};

/**
 * Caches the document of a valid operation in the server, without executing it. With authentication, its caller is another
 * one than those of the tests.
 */
export async function cacheDocument(url: string, operation: Operation, credentials: Record<string, string> = {}) {
  const id = "x-kore-graph-caller-id";
  const teacher = { ...credentials, ...(credentials[id] !== undefined && { [id]: "who makes documents known" }) };
  await post(url, { ...operation, operationName: "NoSuchOperation" }, teacher);
}

/** All transports and paths of an operation. */
export const EVERY_TRANSPORT: readonly { name: string; ask: Ask }[] = [
  { name: "HTTP", ask: post },
  {
    name: "HTTP, where the document is known",
    async ask(url, operation, credentials) {
      await cacheDocument(url, operation, credentials);
      return post(url, operation, credentials);
    },
  },
  ...TRANSPORTS.map(({ name, call }) => ({
    name,
    async ask(url: string, operation: Operation, credentials?: Record<string, string>) {
      const caller = call(url, operation, credentials);
      await caller.ended;
      const [reply, ...more] = caller.results;
      if (!reply || more.length > 0) throw new Error(`${caller.results.length} replies by ${name}`);
      return reply;
    },
  })),
];

export const codesOf = ({ errors }: Pick<Reply, "errors">) => errors?.map(({ extensions: { code } }) => code);
