import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";

const WORKFLOW = fileURLToPath(new URL("../../.github/workflows/release.yml", import.meta.url));

interface Job {
  needs?: string;
  permissions?: Record<string, string>;
  steps: { name?: string; run?: string; env?: Record<string, string> }[];
}
const { on, jobs } = parse(readFileSync(WORKFLOW, "utf8")) as {
  on: { push: { tags: string[] } };
  jobs: { check: Job; publish: Job };
};

test("a tag of a version publishes with provenance what was checked", () => {
  expect(on).toEqual({ push: { tags: ["v[0-9]+.[0-9]+.[0-9]+"] } });
  expect(jobs.check.steps.map(({ run }) => run)).toContain("bash .ci/run");
  expect(jobs.publish.needs).toBe("check");
  expect(jobs.publish.permissions).toEqual({ contents: "write", "id-token": "write" });
});

describe("A release", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kore-graph-release-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the workflow's check of the tag as GitHub does, on files of the test. @returns the notes, unless it is refused */
  function check(changed: Record<string, string> = {}, tag = "v1.2.0"): string | undefined {
    const files = {
      "package.json": '{ "version": "1.2.0" }',
      "CHANGELOG.md": "# Changelog\n\n## 1.2.0 (2027-01-31)\n\n- New.\n\n## 1.2.0-rc\n\n- Older.\n",
      "schema/subgraph.graphql": "type Query { a: ID }",
      "schema/released.graphql": "type Query { a: ID }",
      ...changed,
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const script = jobs.publish.steps.find(({ name }) => name?.startsWith("The tag is the version"))?.run ?? "exit 9";
    const env = { PATH: process.env.PATH, GITHUB_REF_NAME: tag, RUNNER_TEMP: folder };
    const { status } = spawnSync("bash", ["-e", "-c", script], { cwd: folder, env });
    return status === 0 ? readFileSync(join(folder, "notes.md"), "utf8") : undefined;
  }

  test("has its section of the changelog as notes", () => {
    expect(check()?.trim()).toBe("- New.");
  });

  test("is refused with another tag, without a dated section, and while the released schema is an older one", () => {
    expect(check({}, "v1.3.0")).toBeUndefined();
    expect(check({ "CHANGELOG.md": "## 1.2.0 (not released yet)\n\n- New.\n" })).toBeUndefined();
    expect(check({ "CHANGELOG.md": "## 1.2.0 (2027-01-31)\n\n## 1.1.0\n\n- Older.\n" })).toBeUndefined();
    expect(check({ "schema/released.graphql": "type Query { b: ID }" })).toBeUndefined();
  });
});
