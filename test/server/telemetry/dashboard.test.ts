import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

interface Panel {
  title: string;
  type: string;
  targets?: { expr: string; datasource: { uid: string } }[];
}

let app: TestApp;
let panels: Panel[];
/** Names as they can be asked for, by the names of the metrics that have them. */
let offered: Map<string, string>;

beforeAll(async () => {
  app = await startApp();
  const file = new URL("../../../.grafana/kore-graph.json", import.meta.url);
  panels = (JSON.parse(await readFile(file, "utf8")) as { panels: Panel[] }).panels;
  const types = (await (await fetch(`${app.url}/metrics`)).text()).matchAll(/^# TYPE (\w+) (\w+)$/gm);
  offered = new Map(
    [...types].flatMap(([, name = "", type]) =>
      (type === "histogram" ? ["_bucket", "_sum", "_count"] : [""]).map((end): [string, string] => [name + end, name]),
    ),
  );
});
afterAll(() => app.stop());

const asked = () =>
  panels.flatMap(({ targets = [] }) =>
    targets.flatMap(({ expr }) => expr.match(/\b(kore_graph|nodejs|process)_\w+/g) ?? []),
  );

test("the dashboard asks for nothing that the metrics do not have", () => {
  expect(asked().length).toBeGreaterThan(20);
  expect(asked().filter((name) => !offered.has(name))).toEqual([]);
});

test("the dashboard shows every metric of ours", () => {
  const shown = new Set(asked().map((name) => offered.get(name)));
  const ours = [...new Set(offered.values())].filter((name) => name.startsWith("kore_graph_"));
  expect(ours.length).toBeGreaterThan(15);
  expect(ours.filter((name) => !shown.has(name))).toEqual([]);
});

test("METRICS.md names every metric of ours, and no other", async () => {
  const page = await readFile(new URL("../../../.grafana/METRICS.md", import.meta.url), "utf8");
  const firstColumns = [...page.matchAll(/^\| ([^|]*`[^|]*) \|/gm)].slice(1).map(([, cell = ""]) => cell);
  const named = firstColumns.flatMap((cell) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => `kore_graph_${name}`),
  );
  const ours = [...new Set(offered.values())].filter((name) => name.startsWith("kore_graph_"));
  expect(named.sort()).toEqual(ours.sort());
});

test("every panel has queries, and takes its data from the source that is chosen", () => {
  for (const { title, type, targets = [] } of panels) {
    expect([title, targets.length > 0]).toEqual([title, type !== "row"]);
    for (const { datasource } of targets) expect(datasource.uid).toBe("${datasource}");
  }
});
