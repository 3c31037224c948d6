import { type FaultEffect } from "./faults.ts";

const HTML = "<!doctype html><html><head><title>Maintenance</title></head><body>We will be back shortly.</body></html>";

export interface Payload {
  readonly status: number;
  readonly text: string;
  readonly contentType: string;
}

/** Applies a fault to a finished reply. Faults that do not concern the body leave it unchanged. */
export function corrupt(payload: Payload, fault: FaultEffect): Payload {
  switch (fault.effect) {
    case "truncate":
      return { ...payload, text: payload.text.slice(0, Math.floor(payload.text.length / 2)) };
    case "html":
      return { status: 200, text: HTML, contentType: "text/html; charset=utf-8" };
    case "empty":
      return { ...payload, text: "" };
    case "wrong-types":
      return rewrite(payload, (value) => wrongType(value, fault.of ?? "lists"));
    case "unknown-enums":
      return rewrite(payload, (value, key) => (typeof value === "string" && ENUM_KEYS.has(key) ? UNKNOWN : value));
    default:
      return payload;
  }
}

const UNKNOWN = "Hibernating";
const ENUM_KEYS = new Set([
  "state",
  "rsp-state",
  "request-type",
  "request-status",
  "status",
  "completion-status",
  "usage-type",
  "client_type",
]);

function wrongType(value: unknown, of: "lists" | "numbers" | "strings"): unknown {
  if (of === "lists" && Array.isArray(value)) return `${value.length} items`;
  if (of === "numbers" && typeof value === "number") return { value };
  if (of === "strings" && typeof value === "string") return value.length;
  return value;
}

function rewrite(payload: Payload, change: (value: unknown, key: string) => unknown): Payload {
  const walk = (value: unknown, key: string): unknown => {
    const changed = change(value, key);
    if (changed !== value) return changed;
    if (Array.isArray(value)) return value.map((item) => walk(item, ""));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, walk(v, k)]));
  };
  if (payload.text === "") return payload;
  return { ...payload, text: JSON.stringify(walk(JSON.parse(payload.text), "")) };
}
