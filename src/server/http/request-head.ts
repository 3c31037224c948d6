import { type IncomingMessage } from "node:http";

type Head = Pick<IncomingMessage, "method" | "url" | "rawHeaders">;

/** Serialises a request's head. `without`: headers to leave out, in lower case. */
export function headOf({ method, url, rawHeaders }: Head, without: ReadonlySet<string> = new Set()): string {
  const lines = [`${method ?? ""} ${url ?? ""} HTTP/1.1`];
  for (const [name, value] of headersOf(rawHeaders, without)) lines.push(`${name}: ${value}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** Headers in their order, repeated ones included. */
function headersOf(rawHeaders: readonly string[], without: ReadonlySet<string>): [string, string][] {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    if (!without.has(name.toLowerCase())) headers.push([name, value]);
  }
  return headers;
}
