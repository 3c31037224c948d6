import { KoreError } from "./error.ts";

/** A read, written out: path with query below the API's base address, and its template for logs. */
interface ReadRequest {
  path: string;
  operation: string;
}

/** Sends a read and gives its parsed JSON. */
export type Get = (request: ReadRequest, caller?: AbortSignal) => Promise<unknown>;

type Reads<Paths> = { [P in keyof Paths]: Paths[P] extends { get: object } ? P : never }[keyof Paths] & string;
type ParametersOf<Operation, Where extends "path" | "query"> = Operation extends {
  parameters: { [W in Where]: infer Given };
}
  ? Given
  : object;
type Optional<T> = { [K in keyof T]: T[K] | undefined };
type Reply<Operation> = Operation extends { responses: { 200: { content: { "application/json": infer Body } } } }
  ? Body
  : never;

/** The reads of one API, typed by the `paths` that are generated from its contract. */
export class Reader<Paths> {
  readonly #get: Get;
  readonly #caller: AbortSignal | undefined;

  constructor(get: Get, caller?: AbortSignal) {
    this.#get = get;
    this.#caller = caller;
  }

  /**
   * The body is typed as the contract has it, which KORE may not keep: mappers read it with the readers of
   * `reading.ts`.
   */
  protected get<P extends Reads<Paths>, O extends Paths[P][keyof Paths[P] & "get"]>(
    template: P,
    path: ParametersOf<O, "path">,
    query: Optional<ParametersOf<O, "query">>,
  ): Promise<Reply<O>> {
    const operation = `GET ${template}`;
    const parameters = path as Record<string, string>;
    const filled = template.replace(/\{([^}]+)\}/g, (_, name: string) => segment(name, parameters[name] ?? ""));
    const request = { path: filled + queryString(query as Record<string, QueryValue>), operation };
    return this.#get(request, this.#caller) as Promise<Reply<O>>;
  }
}

/**
 * One path segment. KORE states no form for its ids, but "", "." and ".." would make it another path, and nothing
 * longer or stranger than this is an id.
 */
function segment(name: string, value: string): string {
  if (!/^[\w.~:@+=-]{1,128}$/.test(value) || /^\.+$/.test(value)) {
    const field = name.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
    const rule = `${field}: must be 1 to 128 letters, digits or characters of _ . ~ : @ + = -`;
    throw new KoreError("invalid-argument", rule, { operation: name });
  }
  return encodeURIComponent(value);
}

type QueryValue = string | number | boolean | null | undefined;

function queryString(query: Readonly<Record<string, QueryValue>>): string {
  let written = "";
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue;
    // A comma separates ICCIDs and is legal in a query as it is; encoded, a hundred of them grow by 200 characters.
    const encoded = encodeURIComponent(String(value)).replaceAll("%2C", ",");
    written += `${written === "" ? "?" : "&"}${name}=${encoded}`;
  }
  return written;
}
