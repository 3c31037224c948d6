import { EVENT_STREAM, MULTIPART, type StreamFormat } from "./formats.ts";

/** How a caller of POST /graphql takes the events of a subscription. */
export interface LiveDelivery {
  /** Undefined: by requests to the caller (Apollo's HTTP callback protocol). */
  readonly format: StreamFormat | undefined;
  /** Whether the caller takes no JSON, so that responses to queries are streams, too. */
  readonly isOnly: boolean;
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

const JSON_TYPES = new Set(["application/json", "application/graphql-response+json", "application/*", "*/*"]);

/** The preferred delivery in an `Accept` header; undefined: none, so subscriptions are refused. */
export function liveDeliveryOf(accept: string | undefined): LiveDelivery | undefined {
  if (accept === undefined || !/event-stream|subscriptionspec|callbackspec/i.test(accept)) return undefined;
  const ranges = mediaRanges(accept).filter(({ quality }) => quality > 0);
  const preferred = ranges.filter(isLive).sort((one, other) => other.quality - one.quality)[0];
  if (!preferred) return undefined;
  const format = preferred.type === "text/event-stream" ? EVENT_STREAM : isMultipart(preferred) ? MULTIPART : undefined;
  return { format, isOnly: !ranges.some(({ type }) => JSON_TYPES.has(type)) };
}

const isMultipart = ({ type, parameters }: MediaRange) =>
  type === "multipart/mixed" && parameters.get("subscriptionspec") === "1.0";

const isLive = (range: MediaRange) =>
  range.type === "text/event-stream" ||
  isMultipart(range) ||
  (range.type === "application/json" && range.parameters.get("callbackspec") === "1.0");

function mediaRanges(accept: string): MediaRange[] {
  return splitOutsideQuotes(accept, ",").map((range) => {
    const [type = "", ...rest] = splitOutsideQuotes(range, ";");
    const parameters = new Map(
      rest.map((parameter) => {
        const [name = "", value = ""] = parameter.split("=", 2);
        return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, "$1")];
      }),
    );
    return { type: type.toLowerCase(), parameters, quality: Number(parameters.get("q") ?? 1) };
  });
}

const splitOutsideQuotes = (text: string, separator: "," | ";"): string[] =>
  (text.match(separator === "," ? /(?:"[^"]*"|[^",])+/g : /(?:"[^"]*"|[^";])+/g) ?? []).map((part) => part.trim());
