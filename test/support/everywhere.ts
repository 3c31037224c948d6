import { type Reply } from "./app.ts";
import { TRANSPORTS } from "./live-callers.ts";

interface Operation {
  /** Empty: it is named by its hash. */
  query: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
}

/** Every way by which an operation can come, and what is answered. */
export const EVERYWHERE: readonly {
  name: string;
  ask: (url: string, operation: Operation, credentials?: Record<string, string>) => Promise<Reply>;
}[] = [
  {
    name: "HTTP",
    async ask(url, operation, credentials) {
      const headers = { "content-type": "application/json", ...credentials };
      const body = JSON.stringify({ ...operation, query: operation.query || undefined });
      const reply = await fetch(`${url}/graphql`, { method: "POST", headers, body });
      return (await reply.json()) as Reply;
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
