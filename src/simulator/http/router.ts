import { type Reply } from "./reply.ts";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Values of the path's `{names}`. */
  readonly params: Readonly<Record<string, string>>;
}

type Handler = (call: Call) => Reply;

interface Route {
  readonly method: string;
  readonly segments: readonly string[];
  readonly handler: Handler;
}

/** Finds the handler of a path. The first route that matches wins. */
export class Router {
  readonly #routes: Route[] = [];

  add(method: string, path: string, handler: Handler): this {
    this.#routes.push({ method, segments: path.split("/"), handler });
    return this;
  }

  /** The handler's reply, or null when there is no such route. */
  answer(call: Omit<Call, "params">): Reply | null {
    const segments = call.path.split("/");
    for (const route of this.#routes) {
      if (route.method !== call.method) continue;
      const params = match(route.segments, segments);
      if (params) return route.handler({ ...call, params });
    }
    return null;
  }
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [i, expected] of pattern.entries()) {
    const given = segments[i] ?? "";
    if (!expected.startsWith("{")) {
      if (expected !== given) return null;
    } else if (given === "") {
      return null;
    } else {
      params[expected.slice(1, -1)] = decode(given);
    }
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // an invalid escape matches nothing, and is answered with 404
  }
}
