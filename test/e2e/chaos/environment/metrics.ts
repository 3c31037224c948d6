/** What the graph tells of itself at `/metrics`, by name; of several labels the greatest. */
export type Metrics = ReadonlyMap<string, number>;

export async function readMetrics(url: string): Promise<Metrics> {
  const reply = await fetch(`${url}/metrics`);
  const metrics = new Map<string, number>();
  for (const [, name = "", value] of (await reply.text()).matchAll(/^kore_graph_(\w+)(?:\{.*\})? (\S+)$/gm))
    metrics.set(name, Math.max(metrics.get(name) ?? -Infinity, Number(value)));
  return metrics;
}

/** Work that is under way; at rest there is none. */
const UNDER_WAY = ["live", "upstream_queued", "upstream_running", "upstream_breaker_state"] as const;

/** What is not over though nobody calls any more. */
export function unfinishedWork(metrics: Metrics): string[] {
  return UNDER_WAY.flatMap((name) => {
    const value = metrics.get(name) ?? 0;
    return value === 0 ? [] : [`${name} is ${value}`];
  });
}
