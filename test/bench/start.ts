import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "./child.ts";
import { type Options } from "./options.ts";
import { MAIN, koreAt } from "./servers.ts";

export interface Start {
  readonly title: string;
  /** Milliseconds from starting the process to its first answer, in order of length. */
  readonly milliseconds: readonly number[];
}

/** Nobody is there: a start must not wait for KORE. */
const NOBODY = "http://127.0.0.1:1";

const VARIANTS: readonly { title: string; env: Readonly<Record<string, string>> }[] = [
  { title: "as it is", env: {} },
  { title: "traced", env: { TRACING: "on", OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY } },
];

/** How long it takes from starting the compiled process to its first answer. */
export async function measureStarts({ starts }: Options, signal: AbortSignal): Promise<Start[]> {
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-start-"));
  try {
    const measured: Start[] = [];
    for (const { title, env } of VARIANTS) {
      const times: number[] = [];
      while (times.length < starts) {
        signal.throwIfAborted();
        times.push(await firstAnswer({ ...koreAt(NOBODY), STORE_PATH: join(folder, "store"), ...env }));
      }
      measured.push({ title, milliseconds: times.sort((a, b) => a - b) });
    }
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function firstAnswer(env: Record<string, string>): Promise<number> {
  const began = performance.now();
  const child = await startChild("the graph", [MAIN, "serve"], { NODE_ENV: "production", PORT: "0", ...env });
  try {
    const reply = await fetch(`${child.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ capabilities { mode } }" }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(text);
    return performance.now() - began;
  } finally {
    await child.stop();
  }
}
