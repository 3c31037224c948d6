/** The graph's metrics by name; of several labels the greatest value. */
export type Metrics = ReadonlyMap<string, number>;

export async function readMetrics(url: string): Promise<Metrics> {
  const reply = await fetch(`${url}/metrics`);
  const metrics = new Map<string, number>();
  for (const [, name = "", value] of (await reply.text()).matchAll(/^kore_graph_(\w+)(?:\{.*\})? (\S+)$/gm))
    metrics.set(name, Math.max(metrics.get(name) ?? -Infinity, Number(value)));
  return metrics;
}

/** Gauges that are 0 at rest. */
const AT_REST_ZERO = ["live", "upstream_queued", "upstream_running", "upstream_breaker_state"] as const;

/** Gauges that are not 0, though no caller is connected. */
export function unfinishedWork(metrics: Metrics): string[] {
  return AT_REST_ZERO.flatMap((name) => {
    const value = metrics.get(name) ?? 0;
    return value === 0 ? [] : [`${name} is ${value}`];
  });
}
