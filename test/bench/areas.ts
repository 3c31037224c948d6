import { type Profiler } from "node:inspector";

/** Where a server's time goes, in the order in which a request meets it. */
export const AREAS = [
  "Node: HTTP, sockets and streams",
  "Node: promises and timers",
  "Node: abort signals",
  "Fastify",
  "Apollo",
  "Authentication and guards",
  "Telemetry",
  "The graph and what executes it",
  "KORE's client",
  "undici",
  "JSON",
  "The hand-written server",
  "Garbage collection",
  "Outside JavaScript",
  "Everything else",
] as const;
export type Area = (typeof AREAS)[number];

export type CpuProfile = Profiler.Profile;

/** Microseconds of a profile by area, without idle time and the time of the profiler itself. */
export function timeByArea(profile: CpuProfile): Map<Area, number> {
  const areas = areasOf(profile.nodes);
  const times = new Map<Area, number>();
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const area = areas.get(id);
    if (area) times.set(area, (times.get(area) ?? 0) + (profile.timeDeltas?.[index] ?? 0));
  }
  return times;
}

/** By node. A function without an area of its own, such as `writev` or a hash, has that of its caller. */
function areasOf(nodes: readonly Profiler.ProfileNode[]): Map<number, Area> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const areas = new Map<number, Area>();
  const walk = (node: Profiler.ProfileNode, callers: Area) => {
    if (isNoWork(node)) return;
    const area = ownArea(node.callFrame) ?? callers;
    areas.set(node.id, area);
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child) walk(child, area);
    }
  };
  const [root] = nodes;
  if (root) walk(root, "Outside JavaScript");
  return areas;
}

/** The bench's own module in its children is a data: URL. */
const isNoWork = ({ callFrame: { functionName, url } }: Profiler.ProfileNode) =>
  functionName === "(idle)" || url.startsWith("data:");

function ownArea({ url, functionName }: { url: string; functionName: string }): Area | undefined {
  if (url === "" || url.startsWith("wasm:")) return WITHOUT_FILE.get(functionName);
  if (url.startsWith("node:")) return found(NODE, url);
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  return name === undefined ? (found(OURS, url) ?? "Everything else") : (found(PACKAGES, name) ?? "Everything else");
}

type Table = readonly (readonly [pattern: RegExp, area: Area])[];

const found = (table: Table, text: string) => table.find(([pattern]) => pattern.test(text))?.[1];

const WITHOUT_FILE: ReadonlyMap<string, Area> = new Map([
  ["(garbage collector)", "Garbage collection"],
  ["(program)", "Outside JavaScript"],
  ["parse", "JSON"],
  ["stringify", "JSON"],
]);

/** The rest of Node's own modules has the area of its caller. */
const NODE: Table = [
  [/abort_controller|event_target/, "Node: abort signals"],
  [/task_queues|timers|async_hooks/, "Node: promises and timers"],
  [/_http|:net$|stream|:events$|fixed_queue/, "Node: HTTP, sockets and streams"],
];

const OURS: Table = [
  [/\/src\/server\/telemetry\//, "Telemetry"],
  [/\/src\/server\//, "Authentication and guards"],
  [/\/src\/(graph|resources)\/|\/src\/app\/graph-context\.js/, "The graph and what executes it"],
  [/\/src\/(kore|app)\//, "KORE's client"],
  [/\/test\/bench\//, "The hand-written server"],
];

const PACKAGES: Table = [
  [/^(prom-client|@opentelemetry\/.*)$/, "Telemetry"],
  [/^(lru-cache|jose|zod)$/, "Authentication and guards"],
  [/^(@apollo\/.*|negotiator|whatwg-mimetype|content-type)$/, "Apollo"],
  [/^(@?fastify.*|@as-integrations\/fastify|find-my-way|secure-json-parse|fast-.*|toad-cache)$/, "Fastify"],
  [/^(graphql.*|type-graphql|class-validator|dataloader|@graphql-tools\/.*|p-map)$/, "The graph and what executes it"],
  [/^undici$/, "undici"],
];
