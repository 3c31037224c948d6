import type { GraphiQLProps } from "graphiql";
import type { PlaygroundTab } from "../index.ts";
import { nameOf } from "./operations.ts";

/** Sends an order without a tab. `headers`: the text of the headers editor. */
export type Order = (order: PlaygroundTab, headers: string) => Promise<{ requestId?: string; message: string }>;

interface Answer {
  data?: Record<string, { requests?: { id: string; status?: string }[]; messageId?: string | null } | null> | null;
  errors?: readonly { message: string }[];
}

export function orderBy(fetcher: GraphiQLProps["fetcher"]): Order {
  return async ({ query, variables }, headers) => {
    const name = nameOf(query);
    try {
      const own = JSON.parse(headers || "{}") as Record<string, unknown>;
      const { data, errors } = (await fetcher({ query, variables, operationName: name }, { headers: own })) as Answer;
      if (errors?.[0]) return { message: `${name}: ${errors[0].message}` };
      const [text] = Object.values(data ?? {}).flatMap((payload) => payload?.messageId ?? []);
      if (text) return { message: `${name} is text ${text}, which is sent once for its requestKey.` };
      const [request] = Object.values(data ?? {}).flatMap((payload) => payload?.requests ?? []);
      if (!request) return { message: `${name} changes nothing: its SIMs are in that state already. Run another one.` };
      const status = request.status ? `, ${request.status}` : "";
      return { requestId: request.id, message: `${name} is provisioning request ${request.id}${status}.` };
    } catch (error) {
      return { message: `${name} was not sent: ${String(error)}` };
    }
  };
}
