import { type IncomingHttpHeaders } from "node:http";

/** Whether the body is JSON, which pages of other sites cannot send without CORS. */
export function isJson({ "content-type": type = "" }: IncomingHttpHeaders): boolean {
  return type === "application/json" || type.startsWith("application/json;");
}
