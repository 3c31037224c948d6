import { expect, test } from "vitest";
import { type CpuProfile, timeByArea } from "./areas.ts";

const PACKAGES = "file:///srv/app/node_modules";

/** Frames from the outermost inwards, and the microseconds that were seen in the innermost. */
type Stack = readonly [microseconds: number, ...frames: (readonly [functionName: string, url: string])[]];

test("time belongs to the area of the file that it was spent in", () => {
  const times = timeByArea(
    profileOf([
      [10, ["routing", `${PACKAGES}/find-my-way/index.js`]],
      [20, ["pipeline", `${PACKAGES}/@apollo/server/dist/esm/requestPipeline.js`]],
      [30, ["fields", "file:///srv/app/src/graph/execution/fields.js"]],
      [40, ["observe", "file:///srv/app/src/server/telemetry/metrics.js"]],
      [50, ["guard", "file:///srv/app/src/server/auth/guard.js"]],
      [60, ["send", "file:///srv/app/src/kore/transport.js"]],
      [70, ["dispatch", `${PACKAGES}/undici/lib/dispatcher/pool.js`]],
      [80, ["end", "node:_http_outgoing"]],
      [90, ["get signal", "node:internal/abort_controller"]],
      [100, ["page", "file:///srv/app/test/bench/raw.ts"]],
      [110, ["shrug", `${PACKAGES}/something-new/index.js`]],
    ]),
  );
  expect(Object.fromEntries(times)).toEqual({
    Fastify: 10,
    Apollo: 20,
    "The graph and what executes it": 30,
    Telemetry: 40,
    "Authentication and guards": 50,
    "KORE's client": 60,
    undici: 70,
    "Node: HTTP, sockets and streams": 80,
    "Node: abort signals": 90,
    "The hand-written server": 100,
    "Everything else": 110,
  });
});

test("what is in no file, or in a part of Node's that works for others, is its caller's", () => {
  const guard = ["guard", "file:///srv/app/src/server/auth/guard.js"] as const;
  const times = timeByArea(
    profileOf([
      [10, ["writev", "node:net"], ["writev", ""]],
      [20, guard, ["createHash", "node:crypto"], ["Hash", "node:internal/crypto/hash"], ["update", ""]],
      [30, ["get", `${PACKAGES}/a/node_modules/undici/index.js`], ["slice", "node:buffer"]],
      [40, ["execute", `${PACKAGES}/undici/lib/dispatcher/client-h1.js`], ["wasm-function[10]", "wasm://wasm/0003"]],
    ]),
  );
  expect(Object.fromEntries(times)).toEqual({
    "Node: HTTP, sockets and streams": 10,
    "Authentication and guards": 20,
    undici: 70,
  });
});

test("JSON, garbage and what no JavaScript did are areas of their own; waiting and being watched are none", () => {
  const times = timeByArea(
    profileOf([
      [10, ["send", "file:///srv/app/src/kore/transport.js"], ["parse", ""]],
      [20, ["send", "file:///srv/app/src/kore/transport.js"], ["(garbage collector)", ""]],
      [30, ["(program)", ""]],
      [40, ["(idle)", ""]],
      [50, ["watched", "data:text/javascript,..."], ["dispatch", ""]],
    ]),
  );
  expect(Object.fromEntries(times)).toEqual({ JSON: 10, "Garbage collection": 20, "Outside JavaScript": 30 });
});

/** A profile with a node for each frame, as V8 writes it. */
function profileOf(stacks: readonly Stack[]): CpuProfile {
  const nodes = [node(1, "(root)", "")];
  const samples: number[] = [];
  for (const [, ...frames] of stacks) {
    let caller = nodes[0];
    for (const [functionName, url] of frames) {
      const made = node(nodes.length + 1, functionName, url);
      nodes.push(made);
      caller?.children.push(made.id);
      caller = made;
    }
    samples.push(caller?.id ?? 1);
  }
  return { nodes, samples, timeDeltas: stacks.map(([microseconds]) => microseconds), startTime: 0, endTime: 1 };
}

function node(id: number, functionName: string, url: string) {
  const callFrame = { functionName, url, scriptId: "0", lineNumber: 0, columnNumber: 0 };
  return { id, callFrame, children: [] as number[] };
}
