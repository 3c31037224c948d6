import { type FormattedExecutionResult } from "graphql";

/** How a stream of results is written into the body of a response. */
export interface StreamFormat {
  readonly contentType: string;
  /** Sent with the headers: some browsers report them only with the first byte of the body. */
  readonly start: string;
  /** Ignored by clients. */
  readonly heartbeat: string;
  readonly next: (result: FormattedExecutionResult) => string;
  /** The operation has ended. */
  readonly complete: string;
  /** The stream ends before its operation, so that clients reconnect. */
  readonly interrupted: (why: string) => string;
}

/** A comment, which clients ignore. */
const COMMENT = ":\n\n";

/** graphql-sse's "distinct connections mode": one request, one operation. */
export const EVENT_STREAM: StreamFormat = {
  contentType: "text/event-stream; charset=utf-8",
  start: COMMENT,
  heartbeat: COMMENT,
  next: (result) => `event: next\ndata: ${JSON.stringify(result)}\n\n`,
  complete: "event: complete\ndata:\n\n",
  interrupted: (why) => `: ${why}\n\n`, // Without `complete`, which would end the operation.
};

const BOUNDARY = "\r\n--graphql";

/** A part ends with the boundary of the next one: clients parse it only then. */
const part = (body: object) => `\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(body)}${BOUNDARY}`;

/**
 * Apollo's multipart subscription protocol.
 * https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol
 */
export const MULTIPART: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  start: BOUNDARY + part({}),
  heartbeat: part({}),
  next: (payload) => part({ payload }),
  complete: "--\r\n",
  interrupted: (why) => {
    const errors = [{ message: `${why}: subscribe again`, extensions: { code: "SUBSCRIPTION_INTERRUPTED" } }];
    return `${part({ payload: null, errors })}--\r\n`;
  },
};
