import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MANIFESTS = join(ROOT, ".deploy/kubernetes");

/** Kubernetes' JSON schemas: 35 MB, so they are installed here and are no dependency. */
const SCHEMAS = join(ROOT, ".kore-graph/kubernetes-schemas");
const PACKAGES = ["kubernetes-models@4.5.1", "@kubernetes-models/prometheus-operator@4.4.4"];

const MODELS: Readonly<Record<string, string>> = {
  Deployment: "kubernetes-models/apps/v1/Deployment",
  Service: "kubernetes-models/v1/Service",
  PodDisruptionBudget: "kubernetes-models/policy/v1/PodDisruptionBudget",
  NetworkPolicy: "kubernetes-models/networking.k8s.io/v1/NetworkPolicy",
  ServiceMonitor: "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor",
};

interface Manifest {
  apiVersion: string;
  kind: string;
  spec: Record<string, unknown>;
}
type Model = new (manifest: Manifest) => { validate(): void };

/** @throws Error that names the place and the rule */
function validate(manifest: Manifest): void {
  const name = MODELS[manifest.kind] ?? "";
  const exported = createRequire(join(SCHEMAS, "package.json"))(name) as Record<string, Model>;
  const model = exported[manifest.kind];
  if (!model) throw new Error(`there is no schema of ${manifest.kind}`);
  expect(name).toContain(`/${manifest.apiVersion}/`);
  new model(manifest).validate();
}

const manifests = readdirSync(MANIFESTS)
  .filter((file) => file.endsWith(".yaml") && file !== "kustomization.yaml")
  .map((file) => parse(readFileSync(join(MANIFESTS, file), "utf8")) as Manifest);

beforeAll(() => {
  mkdirSync(SCHEMAS, { recursive: true });
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  execFileSync("npm", ["install", "--prefix", SCHEMAS, "--save-exact", ...options, ...PACKAGES], { stdio: "inherit" });
}, 120_000);

test.each(manifests.map((manifest) => [manifest.kind, manifest]))("the %s fits Kubernetes' schema", (_, manifest) => {
  validate(manifest);
});

test("each kind is among the manifests, and one that does not fit is noticed", () => {
  expect(manifests.map(({ kind }) => kind).sort()).toEqual(Object.keys(MODELS).sort());
  const [deployment] = manifests.filter(({ kind }) => kind === "Deployment");
  if (!deployment) throw new Error("there is no Deployment");
  const wrong = { ...deployment, spec: { ...deployment.spec, replicas: "three" } };
  expect(() => validate(wrong)).toThrow(/replicas must be integer/);
});
