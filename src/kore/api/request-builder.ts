import { type CallerSignal } from "../../common/abort.ts";
import { KoreError } from "../errors.ts";
import { type RequestStats } from "../events.ts";
import { PathTemplate, type PathValues, type QueryValues, queryString } from "./path-template.ts";

/** A request, written out: path with query below the API's base address, and its template for logs. */
export interface ApiRequest {
  path: string;
  operation: string;
  /** How many things it asks for or writes; undefined where it is always one. */
  batchSize?: number | undefined;
  /** Name of the resource for callers, when its answer may be cached; undefined: not cacheable. */
  cacheable?: string | undefined;
  /**
   * Chooses the credentials: the account that it names; null: the account of our own credentials; undefined: it names
   * none.
   */
  accountId?: string | null | undefined;
  /** The API client that it names. */
  clientId?: string | undefined;
  /** Of a write: done last before each sending, which fails with its error. */
  beforeSending?: (() => Promise<void>) | undefined;
}

/** For whom a request is sent. */
export interface Requester {
  /** Aborts requests that only this caller waits for. */
  signal?: CallerSignal | undefined;
  /** The accounts within the caller's reach; undefined: all. */
  accounts?: ReadonlySet<string> | undefined;
  /** Request counters of the caller's operation. */
  stats?: RequestStats | undefined;
  /** By which the caller's operation is known in logs. */
  requestId?: string | undefined;
  /** Stable, and no other caller's: waiting calls are served in turn by caller. */
  caller?: string | undefined;
  /** Called when a read has been answered or has failed. */
  onAnswer?: (() => void) | undefined;
  /** Called when a stale answer was served. */
  onStale?: ((stale: StaleRead) => void) | undefined;
}

/** A stale answer that was served while KORE failed. */
export interface StaleRead {
  /** Name of the resource, such as "costCenters". */
  read: string;
  ageSeconds: number;
}

/** Sends a read and gives its parsed JSON. */
type Get = (request: ApiRequest, requester: Requester) => Promise<unknown>;

type WriteMethod = "POST" | "PATCH" | "DELETE";

/** Sends a write, once, and gives the parsed JSON of its reply, or null when there is none. Nobody's leaving ends it. */
type Write = (method: WriteMethod, request: ApiRequest, body: unknown, requester: Requester) => Promise<unknown>;

/** How one API is reached. */
export interface Api {
  get: Get;
  write: Write;
  /** Drops a kept reply that turned out to break KORE's contract; a newer one of the same request stays. Absent: none is kept. */
  invalidate?: (request: ApiRequest, reply: unknown) => void;
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

/** Reads the reply of an endpoint; null for a 204. @throws KoreError `contract` */
export type Decoder<Paths, P extends Having<Paths, "get">, Value> = (
  reply: Reply<Paths[P][keyof Paths[P] & "get"]> | null,
) => Value;

/** An endpoint that no contract of KORE's has, and what we think that it takes and answers. */
export interface AssumedEndpoint<Body, Answer> {
  readonly method: WriteMethod;
  readonly path: string;
  readonly body?: Body;
  readonly answer?: Answer;
}

/** The requests of one API, typed by the `paths` that are generated from its contract. */
export class RequestBuilder<Paths> {
  readonly #api: Api;
  readonly #requester: Requester;
  readonly #accountId: string | null | undefined;

  /** `accountId`: whose credentials are used where a request names no account; see {@link ApiRequest.accountId}. */
  constructor(api: Api, requester: Requester = {}, accountId?: string | null) {
    this.#api = api;
    this.#requester = requester;
    this.#accountId = accountId;
  }

  /** Constructor arguments for the same API with the credentials that serve an account. */
  protected withCredentialsOf(accountId: string | null): [api: Api, requester: Requester, accountId: string | null] {
    return [this.#api, this.#requester, accountId];
  }

  /**
   * The body is typed as the contract has it, which KORE may not keep: mappers read it with the readers of
   * `reading.ts`. Null for a 204.
   */
  protected get<P extends Having<Paths, "get">, O extends Paths[P][keyof Paths[P] & "get"]>(
    template: P,
    path: ParametersOf<O, "path">,
    query: Optional<ParametersOf<O, "query">>,
    more: Pick<ApiRequest, "batchSize"> = {},
  ): Promise<Reply<O> | null> {
    const request = this.#reading(template, path, query, more);
    if (!this.#isAuthorised(path)) return Promise.reject(notAuthorised(request.operation));
    return this.#api.get(request, this.#requester) as Promise<Reply<O> | null>;
  }

  /**
   * A read whose reply may be kept for a while, and what `decode` makes of it. A reply that breaks the contract may only
   * show when it is decoded: it is then kept no longer, and nothing else is dropped.
   *
   * @param cacheable what is read, in words for callers
   */
  protected async getCacheable<P extends Having<Paths, "get">, O extends Paths[P][keyof Paths[P] & "get"], Value>(
    template: P,
    path: ParametersOf<O, "path">,
    query: Optional<ParametersOf<O, "query">>,
    cacheable: string,
    decode: Decoder<Paths, P, Value>,
  ): Promise<Value> {
    const request = this.#reading(template, path, query, { cacheable });
    if (!this.#isAuthorised(path)) throw notAuthorised(request.operation);
    const reply = await this.#api.get(request, this.#requester);
    try {
      return decode(reply as Parameters<typeof decode>[0]);
    } catch (error) {
      if (error instanceof KoreError && error.kind === "contract") this.#api.invalidate?.(request, reply);
      throw error;
    }
  }

  #reading(
    template: string,
    path: unknown,
    query: unknown,
    { batchSize, cacheable }: Pick<ApiRequest, "batchSize" | "cacheable">,
  ): ApiRequest {
    const known = PathTemplate.of(template);
    return {
      path: known.fill(path as PathValues) + queryString(query as QueryValues),
      operation: known.read,
      batchSize,
      cacheable,
      ...this.#subjectOf(path),
    };
  }

  protected post<P extends Having<Paths, "post">, O extends Paths[P][keyof Paths[P] & "post"]>(
    template: P,
    path: ParametersOf<O, "path">,
    body: BodyOf<O>,
    more: Pick<ApiRequest, "batchSize" | "beforeSending"> = {},
  ): Promise<Reply<O>> {
    const request = {
      path: PathTemplate.of(template).fill(path as PathValues),
      operation: `POST ${template}`,
      ...more,
      ...this.#subjectOf(path),
    };
    if (!this.#isAuthorised(path)) return Promise.reject(notAuthorised(request.operation));
    return this.#api.write("POST", request, body, this.#requester) as Promise<Reply<O>>;
  }

  protected assumed<Body, Answer>(
    { method, path: template }: AssumedEndpoint<Body, Answer>,
    path: Readonly<Record<string, string>>,
    body: Body,
    more: Pick<ApiRequest, "beforeSending"> = {},
  ): Promise<Answer> {
    const request = {
      path: PathTemplate.of(template).fill(path),
      operation: `${method} ${template}`,
      ...more,
      ...this.#subjectOf(path),
    };
    return this.#api.write(method, request, body, this.#requester) as Promise<Answer>;
  }

  #subjectOf(path: unknown): Pick<ApiRequest, "accountId" | "clientId"> {
    const { "account-id": accountId = this.#accountId, client_id: clientId } = path as Record<
      string,
      string | undefined
    >;
    return { accountId, clientId };
  }

  /**
   * The second of two gates: the first stands before the fields of the graph. It is passed before a request can be
   * joined to another's or answered from what another has read, so what callers share is safe to share.
   */
  #isAuthorised(path: unknown): boolean {
    const accountId = (path as { "account-id"?: string })["account-id"];
    const { accounts } = this.#requester;
    return accounts === undefined || accountId === undefined || accounts.has(accountId);
  }
}

/** As an account that KORE does not have. */
function notAuthorised(operation: string): KoreError {
  return new KoreError("not-found", `No account within the caller's reach for ${operation}`, {
    operation,
    isUnsent: true,
  });
}
