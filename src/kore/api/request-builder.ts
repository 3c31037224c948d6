import { type CallerSignal } from "../../common/abort.ts";
import { KoreError } from "../errors.ts";
import { type RequestStats } from "../../common/request-stats.ts";
import { PathTemplate, type PathValues, type QueryValues, queryString } from "./path-template.ts";

/** A request: path with query below the API's base address, and its template for logs. */
export interface ApiRequest {
  path: string;
  operation: string;
  /** Number of items that it reads or writes; undefined where it is always one. */
  batchSize?: number | undefined;
  /** Name of the resource for callers, such as "costCenters"; undefined: not cacheable. */
  cacheable?: string | undefined;
  /** An empty body of a 200 is read as null, as a 204 is. @default it breaks the contract */
  mayBeEmpty?: boolean | undefined;
  /** Account that it names, which chooses the credentials; null: our own account; undefined: none. */
  accountId?: string | null | undefined;
  /** API client that it names. */
  clientId?: string | undefined;
  /** Called last before each sending of a write, which fails with its error. */
  beforeSending?: (() => Promise<void>) | undefined;
}

/** On whose behalf a request is sent. */
export interface Requester {
  /** Aborts requests that only this caller waits for. */
  signal?: CallerSignal | undefined;
  /** Accounts within the caller's reach. @default all */
  accounts?: ReadonlySet<string> | undefined;
  /** Request counters of the caller's operation. */
  stats?: RequestStats | undefined;
  /** Of the caller's operation, for logs. */
  requestId?: string | undefined;
  /** Fair-queue key, unique per caller: queued calls are served round-robin by caller. */
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

type WriteMethod = "POST" | "PUT" | "PATCH" | "DELETE";

/** Sends a write once, and gives the parsed JSON of its reply or null. A caller's abort does not end it. */
type Write = (method: WriteMethod, request: ApiRequest, body: unknown, requester: Requester) => Promise<unknown>;

/** Sends the requests of one API. */
export interface Api {
  get: Get;
  write: Write;
  /** Evicts a cached reply that breaks KORE's contract; a newer one of the same request stays. @default nothing is cached */
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
type BodyOf<Operation> = Operation extends { requestBody?: { content: { "application/json": infer Body } } }
  ? Body
  : never;
type ReplyWith<Operation, Status extends number> = Operation extends {
  responses: { [S in Status]: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;
type Reply<Operation> = ReplyWith<Operation, 200> | ReplyWith<Operation, 201>;

/** Decodes the reply of an endpoint; null for a 204. @throws KoreError `contract` */
export type Decoder<Paths, P extends Having<Paths, "get">, Value> = (
  reply: Reply<Paths[P][keyof Paths[P] & "get"]> | null,
) => Value;

interface CacheableRead<Paths, P extends Having<Paths, "get">, O, Value> {
  template: P;
  path: ParametersOf<O, "path">;
  query: Optional<ParametersOf<O, "query">>;
  /** Name of the resource for callers. */
  cacheable: string;
  decode: Decoder<Paths, P, Value>;
}

/** An endpoint that KORE does not publish, with an assumed body and reply. */
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

  /** @param accountId default of {@link ApiRequest.accountId}, for requests that name no account */
  constructor(api: Api, requester: Requester = {}, accountId?: string | null) {
    this.#api = api;
    this.#requester = requester;
    this.#accountId = accountId;
  }

  /** Constructor arguments for the same API with the credentials that serve an account. */
  protected withCredentialsOf(accountId: string | null): [api: Api, requester: Requester, accountId: string | null] {
    return [this.#api, this.#requester, accountId];
  }

  /** The reply has the contract's type, which is not validated here: mappers read it with `decode`. Null for a 204. */
  protected get<P extends Having<Paths, "get">, O extends Paths[P][keyof Paths[P] & "get"]>(
    template: P,
    path: ParametersOf<O, "path">,
    query: Optional<ParametersOf<O, "query">>,
    more: Pick<ApiRequest, "batchSize" | "mayBeEmpty"> = {},
  ): Promise<Reply<O> | null> {
    const request = this.#read(template, path, query, more);
    if (!this.#isAuthorised(namedIn(path, query))) return Promise.reject(notAuthorised(request.operation));
    return this.#api.get(request, this.#requester) as Promise<Reply<O> | null>;
  }

  /**
   * A read whose reply may be cached, decoded. A reply may turn out to break the contract only when it is decoded: it is
   * then evicted.
   */
  protected async getCacheable<P extends Having<Paths, "get">, O extends Paths[P][keyof Paths[P] & "get"], Value>({
    template,
    path,
    query,
    cacheable,
    decode,
  }: CacheableRead<Paths, P, O, Value>): Promise<Value> {
    const request = this.#read(template, path, query, { cacheable });
    if (!this.#isAuthorised(namedIn(path, query))) throw notAuthorised(request.operation);
    const reply = await this.#api.get(request, this.#requester);
    try {
      return decode(reply as Parameters<typeof decode>[0]);
    } catch (error) {
      if (error instanceof KoreError && error.kind === "contract") this.#api.invalidate?.(request, reply);
      throw error;
    }
  }

  #read(
    template: string,
    path: unknown,
    query: unknown,
    { batchSize, cacheable, mayBeEmpty }: Pick<ApiRequest, "batchSize" | "cacheable" | "mayBeEmpty">,
  ): ApiRequest {
    const known = PathTemplate.of(template);
    const { accountId, clientId } = this.#subjectOf(namedIn(path, query));
    return {
      path: known.fill(path as PathValues) + queryString(query as QueryValues),
      operation: known.read,
      batchSize,
      cacheable,
      mayBeEmpty,
      accountId,
      clientId,
    };
  }

  protected post<P extends Having<Paths, "post">, O extends Paths[P][keyof Paths[P] & "post"]>(
    template: P,
    path: ParametersOf<O, "path">,
    body: BodyOf<O>,
    {
      query = {},
      ...more
    }: Pick<ApiRequest, "batchSize" | "beforeSending"> & { query?: ParametersOf<O, "query"> | object } = {},
  ): Promise<Reply<O>> {
    const named = namedIn(path, query);
    const request = {
      path: PathTemplate.of(template).fill(path as PathValues) + queryString(query as QueryValues),
      operation: `POST ${template}`,
      ...more,
      ...this.#subjectOf(named),
    };
    if (!this.#isAuthorised(named)) return Promise.reject(notAuthorised(request.operation));
    return this.#api.write("POST", request, body, this.#requester) as Promise<Reply<O>>;
  }

  protected put<P extends Having<Paths, "put">, O extends Paths[P][keyof Paths[P] & "put"]>(
    template: P,
    path: ParametersOf<O, "path">,
    body: BodyOf<O>,
  ): Promise<Reply<O>> {
    const named = namedIn(path, {});
    const request = {
      path: PathTemplate.of(template).fill(path as PathValues),
      operation: `PUT ${template}`,
      ...this.#subjectOf(named),
    };
    if (!this.#isAuthorised(named)) return Promise.reject(notAuthorised(request.operation));
    return this.#api.write("PUT", request, body, this.#requester) as Promise<Reply<O>>;
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

  #subjectOf(named: Named): Pick<ApiRequest, "accountId" | "clientId"> {
    const { "account-id": accountId = this.#accountId, client_id: clientId } = named;
    return { accountId, clientId };
  }

  /**
   * The second access check; the first is the graph's, before its fields. It precedes deduplication and cache, so callers
   * share only replies that each of them is authorised for.
   */
  #isAuthorised({ "account-id": accountId }: Named): boolean {
    const { accounts } = this.#requester;
    return accounts === undefined || accountId === undefined || accounts.has(accountId);
  }
}

/** Ids in the parameters of a request. */
interface Named {
  "account-id"?: string | undefined;
  client_id?: string | undefined;
}

/** ConnectivityPro names the account in the path, SMS in the query. */
const namedIn = (path: unknown, query: unknown): Named =>
  ((query as Named)["account-id"] === undefined ? path : query) as Named;

/** Indistinguishable from an account that KORE does not have. */
function notAuthorised(operation: string): KoreError {
  return new KoreError("not-found", `No account within the caller's reach for ${operation}`, {
    operation,
    isUnsent: true,
  });
}
