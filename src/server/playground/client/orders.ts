import type { GraphiQLProps } from "graphiql";
import type { PlaygroundTab } from "../index.ts";
import { nameOf } from "./operations.ts";

/** Sends an order without a tab. `headers`: the text of the headers editor. */
export type Order = (order: PlaygroundTab, headers: string) => Promise<{ requestId?: string; message: string }>;

interface Request {
  id: string;
  status?: string;
}

interface Payload {
  messageId?: string | null;
  requests?: readonly Request[];
  request?: Request | null;
  results?: readonly { request?: Request | null }[];
}

interface Answer {
  data?: Record<string, Payload | null> | null;
  errors?: readonly { message: string }[];
}

/** A key of its own for an order that takes one: with the last key it would change nothing. */
const withNewKey = ({ query, variables }: PlaygroundTab): PlaygroundTab["variables"] =>
  /\$requestKey\b/.test(query)
    ? { ...variables, requestKey: `from the playground, ${new Date().toISOString()}` }
    : variables;

export function orderBy(fetcher: GraphiQLProps["fetcher"]): Order {
  return async (order, headers) => {
    const { query } = order;
    const [name, variables] = [nameOf(query), withNewKey(order)];
    try {
      const own = JSON.parse(headers || "{}") as Record<string, unknown>;
      const { data, errors } = (await fetcher({ query, variables, operationName: name }, { headers: own })) as Answer;
      if (errors?.[0]) return { message: `${name}: ${errors[0].message}` };
      const [text] = Object.values(data ?? {}).flatMap((payload) => payload?.messageId ?? []);
      if (text) return { message: `${name} is text ${text}.` };
      const [request] = Object.values(data ?? {}).flatMap((payload) => requestsIn(payload ?? {}));
      if (!request) return { message: `${name} changes nothing: its SIMs are in that state already. Run another one.` };
      const status = request.status ? `, ${request.status}` : "";
      return { requestId: request.id, message: `${name} is request ${request.id}${status}.` };
    } catch (error) {
      return { message: `${name} was not sent: ${String(error)}` };
    }
  };
}

function requestsIn({ requests = [], request, results = [] }: Payload): Request[] {
  return [...requests, request, ...results.map((result) => result.request)].filter(
    (one) => one !== null && one !== undefined,
  );
}
