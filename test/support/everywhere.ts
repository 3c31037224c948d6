import { type Reply } from "./app.ts";
import { TRANSPORTS } from "./live-callers.ts";

interface Operation {
  query: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
}

/** Every way by which an operation can come, and what is answered. */
export const EVERYWHERE: readonly { name: string; ask: (url: string, operation: Operation) => Promise<Reply> }[] = [
  {
    name: "HTTP",
    async ask(url, operation) {
      const headers = { "content-type": "application/json" };
      const reply = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify(operation) });
      return (await reply.json()) as Reply;
    },
  },
  ...TRANSPORTS.map(({ name, call }) => ({
    name,
    async ask(url: string, operation: Operation) {
      const caller = call(url, operation);
      await caller.ended;
      const [reply, ...more] = caller.results;
      if (!reply || more.length > 0) throw new Error(`${caller.results.length} replies by ${name}`);
      return reply;
    },
  })),
];

export const codesOf = ({ errors }: Reply) => errors?.map(({ extensions: { code } }) => code);
