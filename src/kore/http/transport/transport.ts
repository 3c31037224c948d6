import { parseExactJson } from "../../../common/exact-json.ts";
import { type AbortSignalLike } from "../../../common/abort.ts";
import { type ConnectionOptions, openConnections } from "./connection-pool.ts";
import { decompress } from "./decompress.ts";
import { KoreError, errorFromReply, refusalIn } from "../../errors.ts";
import { type SendProgress, type Reply, request } from "./response-reader.ts";
import { type RequestStats } from "../../../common/request-stats.ts";
import { parseBody, textOf } from "../../decoding/json-body.ts";
import { type ServerClock } from "./server-clock.ts";

/** One call to KORE. */
export interface KoreCall {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Scheme and host, such as https://api.korewireless.com. */
  origin: string;
  /** Without the scheme, for logs and labels. */
  host: string;
  /** Path and query, as sent. Holds identifiers: not for logs. */
  path: string;
  /** Method and path template, for logs, errors and counters. */
  operation: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** 1 for the first sending. */
  attempt: number;
  /** Instants of `performance.now()` of its last sending and its reply. Set once for all interceptors. */
  sentAt?: number | undefined;
  repliedAt?: number | undefined;
  /** Latest start, as an instant of `performance.now()`. */
  beginBy?: number | undefined;
  /** Number of items that it reads or writes; absent where it is always one. */
  batchSize?: number | undefined;
  /** An empty body of a 200 is read as null. @default it breaks the contract */
  mayBeEmpty?: boolean | undefined;
  /** Request counters of its operation. */
  stats?: RequestStats | undefined;
  /** Of its operation, for logs. */
  requestId?: string | undefined;
  /** Account that it names, by which failures are counted. Absent or null: none. */
  accountId?: string | null | undefined;
  /** Fair-queue key: queued calls are served round-robin by caller. */
  caller?: string | undefined;
  /** Whether its reply holds a token, which must not be redacted. */
  isForToken?: boolean | undefined;
  /** Called last before each sending; when it rejects, the call is not sent and fails with its error. */
  beforeSending?: (() => Promise<void>) | undefined;
  /** Called with the length of the reply; bytes of JSON. */
  onLength?: ((length: number) => void) | undefined;
}

/** Resolves with the parsed JSON of a success (200 and 201, for writes any 2xx), or null for a 204. @throws KoreError */
export type Send = (call: KoreCall, signal: AbortSignalLike) => Promise<unknown>;

/** Largest reply, as sent and as decoded. More than a page of 1,000 SIMs with long histories takes. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

export interface TransportOptions extends Omit<ConnectionOptions, "maxReplyBytes"> {
  /** The clock of an origin, which records the `Date` of each reply. @default none */
  clockOf?: (origin: string) => ServerClock | undefined;
}

/** Sends calls over HTTP, without authentication and retries. */
export function createTransport({ clockOf, ...options }: TransportOptions): { send: Send; close(): Promise<void> } {
  const connections = openConnections({ ...options, maxReplyBytes: MAX_REPLY_BYTES });

  return {
    send(call, signal) {
      const { origin, method, path, headers, body = null } = call;
      const progress: SendProgress = { hasBegun: false };
      const clock = clockOf?.(origin);
      return request(connections.to(origin), { origin, method, path, headers, body }, signal, progress).then(
        (reply) => {
          call.repliedAt = reply.receivedAt;
          clock?.replied(reply.headers.date, call.sentAt ?? reply.receivedAt, reply.receivedAt);
          const decoding = decompress(reply.body, reply.headers["content-encoding"], MAX_REPLY_BYTES);
          return decoding
            ? decodedReply(call, reply, decoding).then((decoded) => contentOf(call, decoded))
            : contentOf(call, reply);
        },
        (cause: unknown) => {
          const isUnsent = !progress.hasBegun;
          if (signal.aborted && signal.reason instanceof KoreError) {
            if (isUnsent) signal.reason.isUnsent = true;
            throw signal.reason;
          }
          throw new KoreError("connection", `No answer from KORE to ${call.operation}`, {
            operation: call.operation,
            isUnsent,
            cause,
          });
        },
      );
    },
    close: () => connections.close(),
  };

  function contentOf(call: KoreCall, { status, headers, body }: Reply): unknown {
    if (status === 204) return null;
    if (!isSuccess(call, status)) throw errorFromReply(call.operation, status, headers, textOf(body));
    call.onLength?.(body.length);
    if (call.mayBeEmpty === true && body.length === 0) return null;
    const content = parsed(call, status, body);
    const refusal = status === 200 ? refusalIn(call.operation, content) : undefined;
    if (refusal) throw refusal;
    return content;
  }

  function parsed(call: KoreCall, status: number, body: Buffer): unknown {
    try {
      return call.isForToken ? parseExactJson(textOf(body)) : parseBody(body);
    } catch {
      // Without a cause: the parser's message quotes the text.
      throw new KoreError("contract", `KORE answered ${call.operation} with something other than JSON`, {
        operation: call.operation,
        status,
      });
    }
  }
}

/** An error reply that cannot be decoded keeps its status, without its body. */
async function decodedReply(call: KoreCall, reply: Reply, decoding: Promise<Buffer>): Promise<Reply> {
  try {
    return { ...reply, body: await decoding };
  } catch (cause) {
    const { operation } = call;
    const { status } = reply;
    if (!isSuccess(call, status)) return { ...reply, body: Buffer.alloc(0) };
    throw new KoreError("contract", `KORE's reply to ${operation} cannot be decoded`, { operation, status, cause });
  }
}

/** KORE declares 200 and 201. A write succeeds with any 2xx; a read with another 2xx (202, 206) may be incomplete. */
function isSuccess({ method }: KoreCall, status: number): boolean {
  return status === 200 || status === 201 || (method !== "GET" && status > 201 && status < 300);
}
