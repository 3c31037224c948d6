import { type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { LRUCache } from "lru-cache";
import { vi } from "vitest";
import { type SpanExporter } from "../../src/server/telemetry/index.ts";

/** Captures exported spans. They arrive in batches, the last when the app stops. */
export function captureSpans() {
  const spans: ReadableSpan[] = [];
  const spanExporter: SpanExporter = {
    export(batch, done) {
      spans.push(...batch);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  const written = (span: ReadableSpan) => {
    const { name, attributes, events, links, status, resource } = span;
    const state = span.spanContext().traceState?.serialize();
    return { name, attributes, events, links, status, resource: resource.attributes, state };
  };
  return { spans, spanExporter, text: () => JSON.stringify(spans.map(written)) };
}

/** Keeps whatever is put into any of our caches from now on, however short it stays: more than a dump would show. */
export function captureCaches() {
  const spy = vi.spyOn(LRUCache.prototype, "set");
  return { text: () => JSON.stringify(spy.mock.calls), stop: () => spy.mockRestore() };
}

/** Whether a text contains a secret, plain or in an encoding of outputs. */
export function holds(text: string, secret: string): boolean {
  const shapes = [secret, Buffer.from(secret).toString("base64").slice(0, 24), encodeURIComponent(secret)];
  return shapes.some((shape) => text.includes(shape));
}
