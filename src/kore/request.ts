import { KoreError } from "./error.ts";

/** A request, written out: path with query below the API's base address, and its template for logs. */
export interface ApiRequest {
  path: string;
  operation: string;
}

/** Sends a read and gives its parsed JSON. */
type Get = (request: ApiRequest, caller?: AbortSignal) => Promise<unknown>;

type WriteMethod = "POST" | "PATCH" | "DELETE";

/** Sends a write, once, and gives the parsed JSON of its reply, or null when there is none. Nobody's leaving ends it. */
type Write = (method: WriteMethod, request: ApiRequest, body?: unknown) => Promise<unknown>;

/** How one API is reached. */
export interface Api {
  get: Get;
  write: Write;
}

type Having<Paths, Method extends string> = {
  [P in keyof Paths]: Paths[P] extends Record<Method, object> ? P : never;
}[keyof Paths] &
  string;
type ParametersOf<Operation, Where extends "path" | "query"> = Operation extends {
  parameters: { [W in Where]: infer Given };
}
  ? Given
  : object;
type Optional<T> = { [K in keyof T]: T[K] | undefined };
type BodyOf<Operation> = Operation extends { requestBody: { content: { "application/json": infer Body } } }
  ? Body
  : never;
type ReplyWith<Operation, Status extends number> = Operation extends {
  responses: { [S in Status]: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;
type Reply<Operation> = ReplyWith<Operation, 200> | ReplyWith<Operation, 201>;

/** An endpoint that no contract of KORE's has, and what we think that it takes and answers. */
export interface AssumedEndpoint<Body, Answer> {
  readonly method: WriteMethod;
  readonly path: string;
  readonly body?: Body;
  readonly answer?: Answer;
}

/** The requests of one API, typed by the `paths` that are generated from its contract. */
export class Requests<Paths> {
  readonly #api: Api;
  readonly #caller: AbortSignal | undefined;
  readonly #accounts: ReadonlySet<string> | undefined;

  /** `accounts`: those within the caller's reach; undefined: all. */
  constructor(api: Api, caller?: AbortSignal, accounts?: ReadonlySet<string>) {
    this.#api = api;
    this.#caller = caller;
    this.#accounts = accounts;
  }

  /**
   * The body is typed as the contract has it, which KORE may not keep: mappers read it with the readers of
   * `reading.ts`.
   */
  protected get<P extends Having<Paths, "get">, O extends Paths[P][keyof Paths[P] & "get"]>(
    template: P,
    path: ParametersOf<O, "path">,
    query: Optional<ParametersOf<O, "query">>,
  ): Promise<Reply<O>> {
    const request = { path: fill(template, path) + queryString(query as QueryValues), operation: `GET ${template}` };
    if (!this.#reaches(path)) return Promise.reject(beyondReach(request.operation));
    return this.#api.get(request, this.#caller) as Promise<Reply<O>>;
  }

  protected post<P extends Having<Paths, "post">, O extends Paths[P][keyof Paths[P] & "post"]>(
    template: P,
    path: ParametersOf<O, "path">,
    body: BodyOf<O>,
  ): Promise<Reply<O>> {
    const request = { path: fill(template, path), operation: `POST ${template}` };
    if (!this.#reaches(path)) return Promise.reject(beyondReach(request.operation));
    return this.#api.write("POST", request, body) as Promise<Reply<O>>;
  }

  protected assumed<Body, Answer>(
    { method, path: template }: AssumedEndpoint<Body, Answer>,
    path: Readonly<Record<string, string>>,
    body: Body,
  ): Promise<Answer> {
    const request = { path: fill(template, path), operation: `${method} ${template}` };
    return this.#api.write(method, request, body) as Promise<Answer>;
  }

  /**
   * The second of two gates: the first stands before the fields of the graph. It is passed before a request can be
   * joined to another's or answered from what another has read, so what callers share is safe to share.
   */
  #reaches(path: unknown): boolean {
    const accountId = (path as { "account-id"?: string })["account-id"];
    return this.#accounts === undefined || accountId === undefined || this.#accounts.has(accountId);
  }
}

/** As an account that KORE does not have. */
function beyondReach(operation: string): KoreError {
  return new KoreError("not-found", `No account within the caller's reach for ${operation}`, {
    operation,
    isUnsent: true,
  });
}

function fill(template: string, path: unknown): string {
  const parameters = path as Readonly<Record<string, string>>;
  return template.replace(/\{([^}]+)\}/g, (_, name: string) => segment(name, parameters[name] ?? ""));
}

/** One path segment: an id, encoded. */
function segment(name: string, value: string): string {
  checkId(name, value);
  return encodeURIComponent(value);
}

/**
 * KORE states no form for its ids, but "", "." and ".." would make a path another one, a comma a list, and nothing
 * longer or stranger than this is an id.
 */
function checkId(name: string, value: string): void {
  if (/^[\w.~:@+=-]{1,128}$/.test(value) && !/^\.+$/.test(value)) return;
  const field = name.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
  const rule = `${field}: must be 1 to 128 letters, digits or characters of _ . ~ : @ + = -`;
  throw new KoreError("invalid-argument", rule, { operation: name });
}

type QueryValues = Readonly<Record<string, string | number | boolean | null | undefined>>;

function queryString(query: QueryValues): string {
  let written = "";
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue;
    if (name.endsWith("-id")) checkId(name, String(value));
    const encoded = encodeURIComponent(String(value));
    // A comma separates ICCIDs and is legal in a query as it is; encoded, a hundred of them grow by 200 characters.
    written += `${written === "" ? "?" : "&"}${name}=${name === "iccid" ? encoded.replaceAll("%2C", ",") : encoded}`;
  }
  return written;
}
