import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { CommitUnknown, StoreUnavailable } from "../../../common/store/store-errors.ts";
import { SettingError, fileError } from "../../config/setting-error.ts";

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database?sslmode=…`. No message contains any of it. */
  url: string;
  /** The most connections of the pool. One more is held for notifications. @default 10 */
  maxConnections?: number | undefined;
  /** Shown in PostgreSQL's list of connections. @default "kore-graph" */
  applicationName?: string | undefined;
  /** How long a statement may take. Milliseconds. @default 5000 */
  statementTimeout?: number | undefined;
  /** How long a connection may take, or a statement may wait for one. Milliseconds. @default 3000 */
  connectTimeout?: number | undefined;
  /** Called after each statement, also a failed one, with its name and duration. */
  onStatement?: ((name: string, milliseconds: number) => void) | undefined;
}

export interface StatementOptions {
  /** Prepared once on each connection. */
  name: string;
  /** Client-side timeout. Milliseconds. @default the statement timeout and a second */
  timeout?: number | undefined;
  /** Whether a lost answer rejects with `CommitUnknown`. @default false */
  isCommit?: boolean | undefined;
}

const STATEMENT_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;

/** Attempts at a statement that ends in a deadlock or serialization failure. */
const MAX_ATTEMPTS = 10;

/** Exponential backoff of connections. Milliseconds. */
const MIN_RECONNECT_DELAY = 50;
const MAX_RECONNECT_DELAY = 1_000;

/** With jitter, so that replicas do not reconnect at once. */
export const reconnectDelay = (failures: number): number =>
  Math.min(MAX_RECONNECT_DELAY, MIN_RECONNECT_DELAY * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);

/** A connection pool. Failures are `StoreUnavailable`; none ends the process. */
export class Database {
  readonly #options: DatabaseOptions;
  readonly #pool: pg.Pool;
  #failures = 0;
  #pausedUntil = -Infinity;
  #lastFailure: unknown;
  #isProbed = false;

  /** @throws SettingError */
  constructor(options: DatabaseOptions) {
    const { maxConnections = 10, connectTimeout = CONNECT_TIMEOUT_MS } = options;
    this.#options = options;
    this.#pool = new pg.Pool({
      ...connectionConfig(options),
      max: maxConnections,
      connectionTimeoutMillis: connectTimeout,
      idleTimeoutMillis: 60_000,
      // pg awaits it, though its type is void.
      onConnect: (client) => prepareSession(client, options) as unknown as undefined,
    });
    // Lost connections, idle or in use; the statement of one in use fails as well.
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
  }

  /** @throws StoreUnavailable: nothing was changed, unless it is a `CommitUnknown` */
  async query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[],
    options: StatementOptions,
  ): Promise<Row[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt<Row>(text, values, options);
      } catch (error) {
        if (!isDeadlock(error) || attempt === MAX_ATTEMPTS) throw toStoreError(error);
        await delay(Math.random() * 20 * attempt);
      }
    }
  }

  /** Runs work on one connection, inside a transaction. */
  async transaction<Result>(work: (client: pg.ClientBase) => Promise<Result>): Promise<Result> {
    const client = await this.#connect();
    try {
      await client.query("begin");
      const result = await work(client);
      await client.query("commit");
      client.release();
      return result;
    } catch (error) {
      client.release(true); // Closing it rolls back.
      throw error instanceof pg.DatabaseError ? toStoreError(error) : error;
    }
  }

  /** Resolves when running statements have ended. */
  async close(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end();
  }

  async #attempt<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[],
    { name, timeout, isCommit }: StatementOptions,
  ): Promise<Row[]> {
    const client = await this.#connect();
    const startedAt = performance.now();
    try {
      const { rows } = await client.query<Row>(statement(name, text, values, timeout ?? answerTimeout(this.#options)));
      client.release();
      return rows;
    } catch (error) {
      // A connection to a standby refuses every write.
      client.release(isAnswerLost(error) || codeOf(error) === READ_ONLY);
      throw isCommit === true && isAnswerLost(error) ? new CommitUnknown(describeFailure(error)) : error;
    } finally {
      this.#options.onStatement?.(name, performance.now() - startedAt);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    // While the database is unreachable, one statement at a time tries to connect; the others fail at once.
    const isUnreachable = this.#failures > 0 && this.#pool.idleCount === 0;
    if (isUnreachable && (this.#isProbed || performance.now() < this.#pausedUntil))
      throw toStoreError(this.#lastFailure);
    this.#isProbed ||= isUnreachable;
    try {
      const client = await this.#pool.connect();
      this.#failures = 0;
      return client;
    } catch (error) {
      // Statements that fail together count once. A busy pool is no failure of the database.
      if (performance.now() >= this.#pausedUntil && !isPoolBusy(error)) {
        this.#failures += 1;
        this.#pausedUntil = performance.now() + reconnectDelay(this.#failures);
        this.#lastFailure = error;
      }
      throw toStoreError(error);
    } finally {
      if (isUnreachable) this.#isProbed = false;
    }
  }
}

/** `query_timeout` is missing in the types of `pg`. */
export function statement(name: string, text: string, values: readonly unknown[], timeout: number): pg.QueryConfig {
  const config = { name, text, values: [...values], query_timeout: timeout };
  return config;
}

export const answerTimeout = ({ statementTimeout = STATEMENT_TIMEOUT_MS }: DatabaseOptions): number =>
  statementTimeout + 1_000;

/**
 * `enable_seqscan`: every statement reads by an index. A plan is kept for as long as the session, so one that was made
 * while a table was small would read all of it when it has grown.
 */
const SESSION = `select set_config('enable_seqscan', 'off', false),
  set_config('statement_timeout', $1, false), set_config('lock_timeout', $1, false),
  set_config('idle_in_transaction_session_timeout', '60000', false),
  set_config('default_transaction_isolation', 'read committed', false), pg_is_in_recovery() as is_standby`;

/** Sets up a new connection. Not by startup parameters: poolers refuse unknown ones. */
export async function prepareSession(
  client: pg.ClientBase,
  { statementTimeout = STATEMENT_TIMEOUT_MS }: DatabaseOptions,
): Promise<void> {
  const { rows } = await client.query<{ is_standby: boolean }>(
    statement("session", SESSION, [String(statementTimeout)], statementTimeout),
  );
  if (rows[0]?.is_standby !== false) throw Object.assign(new Error("a standby"), { code: READ_ONLY });
}

const SSL_MODES = new Set(["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "no-verify"]);

/**
 * Parses the address. `sslmode`: all but `disable` and `no-verify` check the server's certificate and host name; there is
 * no fallback to a plain connection. Without `sslmode` there is no TLS.
 *
 * @throws SettingError
 */
export function connectionConfig({ url, applicationName, connectTimeout }: DatabaseOptions): pg.ClientConfig {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new SettingError("DATABASE_URL: is no address of the form postgres://user:password@host:port/database");
  }
  const address = new URL(url);
  const take = (name: string): string | undefined => {
    const value = address.searchParams.get(name) ?? undefined;
    address.searchParams.delete(name);
    return value;
  };
  const file = (name: string): Buffer | undefined => {
    const path = take(name);
    try {
      return path === undefined ? undefined : readFileSync(path);
    } catch (error) {
      throw fileError(`DATABASE_URL (${name})`, "read", error);
    }
  };
  const mode = take("sslmode");
  if (mode !== undefined && !SSL_MODES.has(mode))
    throw new SettingError("DATABASE_URL: has an sslmode that is not known");
  const [ca, cert, key] = [file("sslrootcert"), file("sslcert"), file("sslkey")];
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const isPlain = mode === "disable" || (mode === undefined && Object.keys(files).length === 0);
  return {
    connectionString: address.href,
    ssl: isPlain ? false : { ...files, rejectUnauthorized: mode !== "no-verify" },
    application_name: applicationName ?? "kore-graph",
    connectionTimeoutMillis: connectTimeout ?? CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

const READ_ONLY = "25006";

/** Codes of PostgreSQL, the system and TLS, for operators. */
const DESCRIPTIONS: ReadonlyMap<unknown, string> = new Map([
  ["ECONNREFUSED", "refuses connections"],
  ["ENOTFOUND", "has a host name that is not known"],
  ["EAI_AGAIN", "has a host name that is not known at present"],
  ["28P01", "refuses the password"],
  ["28000", "refuses the user"],
  ["3D000", "does not exist under that name"],
  ["53300", "has no connection left"],
  ["53100", "has no room: its disk is full"],
  ["57P03", "is starting or stopping"],
  ["57014", "took too long"],
  ["55P03", "took too long"],
  ["42501", "does not give its user the rights that are needed"],
  [READ_ONLY, "is read-only, or a standby"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "has a certificate that is not trusted: name its authority by sslrootcert"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "has a certificate that is not trusted: name its authority by sslrootcert"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "has a certificate that is not trusted: name its authority by sslrootcert"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "has a certificate that is not trusted: name its authority by sslrootcert"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "has a certificate for another host name"],
  ["CERT_HAS_EXPIRED", "has a certificate that has expired"],
]);

function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

/** Without the database's own message: it may name hosts, users and values. */
export function describeFailure(error: unknown): string {
  const code = codeOf(error);
  const sentence = DESCRIPTIONS.get(code) ?? "cannot be reached";
  return `The database (DATABASE_URL) ${sentence}${code === undefined ? "" : ` (${code})`}`;
}

/** Invalid data or a violated constraint: a defect of ours, which a retry does not mend. */
const isDefect = (code: string | undefined): boolean => /^(22|23)/.test(code ?? "");

export function toStoreError(error: unknown): Error {
  if (error instanceof StoreUnavailable || error instanceof SettingError) return error;
  const code = codeOf(error);
  if (error instanceof pg.DatabaseError && isDefect(code)) {
    return new Error(`The database refuses a statement (${code ?? ""})`);
  }
  return new StoreUnavailable(describeFailure(error));
}

/**
 * An error of PostgreSQL's is an answer: the statement was rolled back. Exceptions are errors of the connection (08, 57P)
 * and of the system (58, XX), which may follow a commit.
 */
const isAnswerLost = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) || /^(08|57P|58|XX)/.test(error.code ?? "");

const isDeadlock = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === "40P01" || error.code === "40001");

const isPoolBusy = (error: unknown): boolean =>
  error instanceof Error && error.message === "timeout exceeded when trying to connect";
