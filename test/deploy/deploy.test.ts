import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ALL_VARIABLES, type Config, configWarnings, readConfig } from "../../src/server/config/index.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const manifest = (name: string): unknown => parse(read(`.deploy/kubernetes/${name}.yaml`));

/** How long a process may live after STOP_DELAY_MS and STOP_WITHIN_MS. Seconds. */
const LAST_SECONDS = 10;

/** Of Node, and of PostgreSQL's image. */
const OF_OTHERS = new Set(["NODE_ENV", "NODE_OPTIONS", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE"]);
const OURS = ALL_VARIABLES.flatMap(({ name, fileVariable }) => [name, ...(fileVariable ? [fileVariable] : [])]);

const folder = mkdtempSync(join(tmpdir(), "kore-graph-deploy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The content of each mounted secret, by its file's name. */
const SECRETS: Readonly<Record<string, string>> = {
  "kore-client-id": "id-of-ours",
  "kore-client-secret": "secret-of-ours",
  "kore-api-key": "key-of-ours",
  "database-url": "postgres://kore:password@postgres/kore",
  "api-keys": "[]",
};

/** The configuration of a container, with its secrets in files of the test. */
function configOf(env: Record<string, string>): Config {
  const image = Object.fromEntries(imageEnvironment());
  const mounted = Object.entries({ ...image, ...env }).map(([name, value]) => {
    if (!value.startsWith("/run/secrets/")) return [name, value];
    const file = basename(value).replace(/\.json$/, "");
    expect(Object.keys(SECRETS)).toContain(file);
    writeFileSync(join(folder, file), SECRETS[file] ?? "");
    return [name, join(folder, file)];
  });
  const complete = Object.fromEntries(mounted) as Record<string, string>;
  const config = readConfig(complete);
  expect(configWarnings(complete, config)).toEqual([]);
  return config;
}

const stopSeconds = ({ stopDelay, stopWithin }: Config) => (stopDelay + stopWithin) / 1000 + LAST_SECONDS;

const dockerfile = read("Dockerfile");
const imageEnvironment = () =>
  [...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, line = ""]) =>
    line.split(" ").map((pair) => pair.split("=") as [string, string]),
  );

describe("The image", () => {
  test("runs with the flags of npm start, as a user by number that is not root", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const [, entry = "[]"] = /^ENTRYPOINT (.*)$/m.exec(dockerfile) ?? [];
    const [, command = "[]"] = /^CMD (.*)$/m.exec(dockerfile) ?? [];
    const words = [...(JSON.parse(entry) as string[]), ...(JSON.parse(command) as string[])];
    expect(words.join(" ").replace("/app/", "")).toBe(scripts.start);
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });

  test("copies only what .dockerignore lets in, and no secret is among it", () => {
    const ignored = read(".dockerignore").trim().split("\n");
    expect(ignored[0]).toBe("*");
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, files = ""]) =>
      files.split(" "),
    );
    expect(copied.length).toBeGreaterThan(5);
    for (const file of copied) {
      expect(ignored).toContain(`!${file}`);
      expect(existsSync(join(ROOT, file))).toBe(true);
    }
  });

  test("is checked at a path that is served, without curl", () => {
    expect(dockerfile).toMatch(/^HEALTHCHECK [^\n]*\\\n +CMD \["node", .*\/livez/m);
    expect(dockerfile).not.toMatch(/curl|wget/);
  });
});

interface Container {
  env: { name: string; value: string }[];
  ports: { name: string; containerPort: number }[];
  securityContext: unknown;
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
}
interface Probe {
  httpGet: { path: string; port: string };
}
interface Deployment {
  spec: {
    replicas: number;
    strategy: { rollingUpdate: unknown };
    selector: { matchLabels: Record<string, string> };
    template: { spec: { terminationGracePeriodSeconds: number; securityContext: unknown; containers: [Container] } };
  };
}
interface Compose {
  services: { graph: { stop_grace_period: string; environment: Record<string, string>; read_only: boolean } };
}

const { spec } = manifest("deployment") as Deployment;
const pod = spec.template.spec;
const [container] = pod.containers;
const settings = Object.fromEntries(
  read(".deploy/kubernetes/settings.env")
    .trim()
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const),
);
const podEnvironment = { ...settings, ...Object.fromEntries(container.env.map(({ name, value }) => [name, value])) };
const { graph } = (parse(read(".deploy/compose.yaml")) as Compose).services;

test("each variable of the image, the compose file and the manifests exists", () => {
  const compose = [...read(".deploy/compose.yaml").matchAll(/^ {6}([A-Z][A-Z_]+):/gm)].map(([, name = ""]) => name);
  const names = [...imageEnvironment().map(([name]) => name), ...compose, ...Object.keys(podEnvironment)];
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !OURS.includes(name) && !OF_OTHERS.has(name))).toEqual([]);
});

describe("The Kubernetes base", () => {
  test("has a complete configuration, and a grace period that is longer than a stop takes", () => {
    const config = configOf(podEnvironment);
    expect(config.stopDelay).toBeGreaterThan(0);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(stopSeconds(config));
    expect(config.database).toBeDefined();
  });

  test("rolls three replicas one after the other, none of them missing meanwhile", () => {
    expect(spec.replicas).toBe(3);
    expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
  });

  test("probes the ports and paths that are served", () => {
    const { port, metrics } = configOf(podEnvironment);
    const ports = Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]));
    expect(ports).toEqual({ http: port, metrics: metrics?.port });
    expect(container.startupProbe.httpGet).toEqual({ path: "/livez", port: "http" });
    expect(container.livenessProbe.httpGet).toEqual({ path: "/livez", port: "http" });
    expect(container.readinessProbe.httpGet).toEqual({ path: "/readyz", port: "http" });
  });

  test("runs without root, capabilities and a writable root file system", () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("selects its own pods, and only those, in each manifest", () => {
    const { matchLabels } = spec.selector;
    type Selecting = { spec: { selector: unknown; podSelector: unknown } };
    expect((manifest("service") as Selecting).spec.selector).toEqual(matchLabels);
    expect((manifest("disruption-budget") as Selecting).spec.selector).toEqual({ matchLabels });
    expect((manifest("service-monitor") as Selecting).spec.selector).toEqual({ matchLabels });
    expect((manifest("network-policy") as Selecting).spec.podSelector).toEqual({ matchLabels });
    expect((manifest("kustomization") as { labels: unknown }).labels).toEqual([
      { pairs: matchLabels, includeTemplates: true }, // With selectors, callers in the network policy would need the label.
    ]);
  });
});

test("the compose file has a complete configuration, and a grace period that is longer than a stop takes", () => {
  const config = configOf({ ...graph.environment, KORE_ACCOUNT_EMAIL: "ops@example.com" });
  expect(Number(/^(\d+)s$/.exec(graph.stop_grace_period)?.[1])).toBeGreaterThan(stopSeconds(config));
  expect(config.database).toBeDefined();
  expect(graph.read_only).toBe(true);
});
