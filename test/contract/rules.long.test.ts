import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  OperationTypeNode,
  getNamedType,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  parse,
  validate,
} from "graphql";
import { expect, test } from "vitest";
import { LOCAL_CALLER, accessRules, buildGraphSchema, loadsRuleOf, queryCost } from "../../src/graph/index.ts";
import { graphParts } from "../../src/resources/index.ts";

/*
 * The access rule and the cost of every field, as a table to review. It is computed from the schema: costs are those of
 * operations that reach the field, so the table does not depend on how rules are declared. Update it with `vitest -u`.
 */

const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });

interface Probe {
  /** Page sizes and lengths of list arguments. */
  size: number;
  /** Gives optional arguments as well. */
  isFull: boolean;
  account: string;
}

/** Root fields, and the references of each entity, which `_entities` and `node` take. */
interface Route {
  name: string;
  kind: OperationTypeNode;
  field: GraphQLField<unknown, unknown>;
  /** From the root's type to the type whose field is probed: fields, and members of unions. */
  steps: readonly (GraphQLField<unknown, unknown> | GraphQLObjectType)[];
  entity?: string;
}

const { _entities: entities, node } = schema.getQueryType()?.getFields() as Record<
  "_entities" | "node",
  GraphQLField<unknown, unknown>
>;
const ours = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith("_"));
const fieldsOf = (type: GraphQLObjectType) =>
  Object.values(type.getFields()).filter(({ name }) => !name.startsWith("_"));
const roots = new Map(
  Object.values(OperationTypeNode).flatMap((kind) => {
    const type = schema.getRootType(kind);
    return type ? [[type, kind] as const] : [];
  }),
);

const MOST_ROUTES = 6;

/** The shortest ways to each type: of each root field one. */
function findRoutes(): Map<GraphQLObjectType, Route[]> {
  const starts: { route: Route; type: unknown }[] = [];
  for (const [type, kind] of roots) {
    for (const field of fieldsOf(type)) {
      starts.push({ route: { name: field.name, kind, field, steps: [] }, type: getNamedType(field.type) });
    }
  }
  for (const entity of entityTypes) {
    for (const field of [entities, node]) {
      const route = { name: `${field.name}(${entity})`, kind: OperationTypeNode.QUERY, field, steps: [], entity };
      starts.push({ route, type: schema.getType(entity) });
    }
  }
  const found = new Map<GraphQLObjectType, Route[]>();
  for (const start of starts) {
    const seen = new Set<unknown>();
    let level = [start];
    while (level.length > 0) {
      const next: typeof level = [];
      for (const { route, type } of level) {
        if (isUnionType(type) && route.field !== entities && !seen.has(type)) {
          seen.add(type);
          for (const member of type.getTypes()) {
            const name = `${route.name}(${member.name})`;
            next.push({ route: { ...route, name, steps: [...route.steps, member] }, type: member });
          }
        }
        if (!isObjectType(type) || seen.has(type)) continue;
        seen.add(type);
        found.set(type, [...(found.get(type) ?? []), route]);
        for (const field of fieldsOf(type)) {
          const name = `${route.name}.${field.name}`;
          next.push({ route: { ...route, name, steps: [...route.steps, field] }, type: getNamedType(field.type) });
        }
      }
      level = next;
    }
  }
  for (const routes of found.values()) {
    routes.sort((one, other) => one.steps.length - other.steps.length || (one.name < other.name ? -1 : 1));
  }
  return found;
}

/** A list argument is written out in the document. */
const MOST_LISTED = 250;

const SCALARS: Readonly<Record<string, string>> = {
  ICCID: '"8988303000000000001"',
  IMSI: '"310410000000001"',
  IMEI: '"490154203237518"',
  MSISDN: '"15551234567"',
  EID: '"89033023426200000000000000000001"',
  Boolean: "false",
  EmailAddress: '"ada@acme.example"',
  Date: '"2026-01-01"',
  DateTime: '"2026-01-01T00:00:00Z"',
};

function literal(name: string, type: GraphQLInputType, probe: Probe): string {
  if (isNonNullType(type)) return literal(name, type.ofType, probe);
  if (isListType(type)) {
    const item = literal(name, type.ofType, { ...probe, size: 1 });
    return `[${Array(Math.min(probe.size, MOST_LISTED)).fill(item).join(", ")}]`;
  }
  if (isEnumType(type)) return type.getValues()[0]?.name ?? "";
  if (name === "first") return String(probe.size);
  if (type.name === "Int") return "30";
  if (!isInputObjectType(type))
    return SCALARS[type.name] ?? JSON.stringify(/account/i.test(name) ? probe.account : "x");
  const fields = Object.values(type.getFields())
    .filter((field) => probe.isFull || isRequiredInputField(field))
    .map((field) => `${field.name}: ${literal(field.name, field.type, probe)}`);
  return `{ ${fields.join(", ")} }`;
}

function argumentsOf({ args }: GraphQLField<unknown, unknown>, probe: Probe, isOfAccounts: boolean): string {
  const given = args
    .filter((arg) => probe.isFull || isRequiredArgument(arg) || arg.name === "first")
    .map((arg) => {
      const value =
        isOfAccounts && arg.name === "id" ? JSON.stringify(probe.account) : literal(arg.name, arg.type, probe);
      return `${arg.name}: ${value}`;
    });
  return given.length === 0 ? "" : `(${given.join(", ")})`;
}

/** Fields without arguments that are one value each. */
const leaves = (type: unknown) =>
  isObjectType(type)
    ? fieldsOf(type)
        .filter((field) => isLeafType(getNamedType(field.type)) && field.args.length === 0)
        .map(({ name }) => name)
    : [];

function selectionOf(field: GraphQLField<unknown, unknown>, probe: Probe): string {
  const type = getNamedType(field.type);
  const below = isLeafType(type) ? "" : ` { ${["__typename", ...(probe.isFull ? leaves(type) : [])].join(" ")} }`;
  return `${field.name}${argumentsOf(field, probe, false)}${below}`;
}

const KEYS: Readonly<Record<string, (probe: Probe, index: number) => object>> = {
  Account: ({ account }) => ({ id: account }),
  Client: (_, index) => ({ id: `client-${index}` }),
  Esim: ({ account }, index) => ({
    accountId: account,
    eid: `8903302342620000000000000${String(index).padStart(7, "0")}`,
  }),
  ...Object.fromEntries(
    ["ServiceType", "PlanType", "Plan", "Feature"].map((name) => {
      const field = `${name.charAt(0).toLowerCase()}${name.slice(1)}Id`;
      return [name, ({ account }: Probe, index: number) => ({ accountId: account, [field]: `${index}` })];
    }),
  ),
  SimSubscription: ({ account }, index) => ({
    accountId: account,
    ...(index % 2 ? { id: `${index}` } : { iccid: "1" }),
  }),
};

const nodeIdOf = (type: string, key: object) =>
  Buffer.from(JSON.stringify([type, ...Object.values(key).map(String)])).toString("base64url");

function wayTo(route: Route, alias: string, probe: Probe, selection: string): string {
  const inner = route.steps.reduceRight(
    (below, step) =>
      isObjectType(step)
        ? `... on ${step.name} { ${below} }`
        : `${step.name}${argumentsOf(step, probe, false)} { ${below} }`,
    selection,
  );
  if (!route.entity) {
    const isOfAccounts = getNamedType(route.field.type).toString() === "Account";
    const below = inner === "" ? "" : ` { ${inner} }`;
    return `${alias}: ${route.field.name}${argumentsOf(route.field, probe, isOfAccounts)}${below}`;
  }
  if (route.field === node) {
    const id = nodeIdOf(route.entity, KEYS[route.entity]?.(probe, 1) ?? { accountId: probe.account, id: "1" });
    return `${alias}: node(id: ${JSON.stringify(id)}) { ... on ${route.entity} { ${inner} } }`;
  }
  const key = KEYS[route.entity] ?? (({ account }: Probe, index: number) => ({ accountId: account, id: `${index}` }));
  const references = Array.from({ length: Math.min(probe.size, MOST_LISTED) }, (_, index) => {
    const fields = Object.entries(key(probe, index)).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    return `{ __typename: "${route.entity ?? ""}", ${fields.join(", ")} }`;
  });
  return `${alias}: _entities(representations: [${references.join(", ")}]) { ... on ${route.entity} { ${inner} } }`;
}

const provisioning = { chunkSize: 500, maxSims: 10_000, maxWaitSeconds: 60 };
const ONE = { kore: { credentials: [{ name: "default" }] }, caller: LOCAL_CALLER, provisioning };
/** Of some accounts, where there are three sets of credentials. */
const THREE = {
  kore: { credentials: [{ name: "a" }, { name: "b" }, { name: "c" }] },
  caller: { ...LOCAL_CALLER, accounts: new Set(["account-1"]) },
  provisioning,
};

function costOf(kind: OperationTypeNode, selection: string, context: typeof ONE | typeof THREE): number {
  const document = parse(`${kind} { ${selection} }`);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("no operation");
  return queryCost({ schema, document, operation, variables: {}, context });
}

const SMALL: Probe = { size: 1, isFull: false, account: "account-1" };
const LARGE: Probe = { size: 1000, isFull: false, account: "account-1" };
const FULL: Probe = { size: 30, isFull: true, account: "account-1" };
const OTHER: Probe = { ...LARGE, account: "account-2" };

const COLUMNS = "1 item | 2 | 1000 | 30, all arguments | three credentials | field twice | route twice | two accounts";

/** No fields: the route itself. */
function costsOf(route: Route, fields: readonly GraphQLField<unknown, unknown>[] = []): number[] {
  const select = (probe: Probe, alias = "") => {
    if (fields.length === 0)
      return route.steps.length === 0 && isLeafType(getNamedType(route.field.type)) ? "" : "__typename";
    return fields.map((field, index) => alias.replace(":", `${index}:`) + selectionOf(field, probe)).join(" ");
  };
  const [error] = validate(schema, parse(`${route.kind} { ${wayTo(route, "a", SMALL, select(SMALL))} }`));
  if (error) throw error;
  const one = (probe: Probe, context: typeof ONE | typeof THREE = ONE) =>
    costOf(route.kind, wayTo(route, "a", probe, select(probe)), context);
  const both = (second: Probe) =>
    wayTo(route, "a", LARGE, select(LARGE)) + " " + wayTo(route, "b", second, select(second));
  const isLive = route.kind === OperationTypeNode.SUBSCRIPTION;
  return [
    one(SMALL),
    one({ ...SMALL, size: 2 }),
    one(LARGE),
    one(FULL),
    one(LARGE, THREE),
    costOf(
      route.kind,
      wayTo(route, "a", LARGE, fields.length > 0 ? `${select(LARGE)} ${select(LARGE, "again: ")}` : select(LARGE)),
      ONE,
    ),
    ...(isLive ? [] : [costOf(route.kind, both(LARGE), ONE), costOf(route.kind, both(OTHER), ONE)]),
  ];
}

/** `account`: the place that names it, or how it follows. */
function accessOf(name: string): string | undefined {
  const rule = rules.get(name);
  if (!rule) return undefined;
  const { role, account } = rule;
  const place = typeof account === "string" ? account : `${account.argument}${account.accountOf ? " (looked up)" : ""}`;
  return `${role}, account: ${place}${rule.available ? ", where it is switched on" : ""}`;
}

function prefetchOf(field: GraphQLField<unknown, unknown>): string {
  const loads = loadsRuleOf(field);
  if (!loads) return "";
  const isByAccount = "loadForAccount" in loads.loader && loads.loader.loadForAccount !== undefined;
  const by = loads.keyOf ? "by item" : isByAccount ? "by account" : undefined;
  return by ? `; prefetched ${by}${loads.isPartial ? ", in part" : ""}` : "";
}

const rules = accessRules(schema);
const entityTypes = [...rules.keys()].filter((name) => !name.includes(".")).sort();

function table(): string {
  const lines = [
    "Access and cost of every field of the schema; generated by rules.long.test.ts, update with `vitest -u`.",
    "Costs are KORE requests at most, of operations that reach the field by the named route, for pages of 1, 2 and 1000",
    `items (list arguments: at most ${MOST_LISTED}), and for variations of the third:`,
    `  ${COLUMNS}`,
    "A field with a rule and no costs adds nothing to its route; fields that are not listed have neither.",
    "",
  ];
  const routes = findRoutes();
  const rowOf = (route: Route, costs: number[]) => `  ${route.name.padEnd(60)} ${costs.join(" | ")}`;
  for (const name of entityTypes) {
    lines.push(`reference to ${name}: ${accessOf(name) ?? "NO RULE"}`);
    const ways = routes.get(schema.getType(name) as GraphQLObjectType) ?? [];
    for (const route of ways) if (route.entity && !route.steps.length) lines.push(rowOf(route, costsOf(route)));
  }
  for (const [type, kind] of roots) {
    for (const field of fieldsOf(type)) {
      const name = `${type.name}.${field.name}`;
      lines.push(`${name}: ${accessOf(name) ?? "NO RULE"}${prefetchOf(field)}`);
      if (field === node) continue; // Its costs are those of the references.
      const route: Route = { name: field.name, kind, field, steps: [] };
      lines.push(rowOf(route, costsOf(route)));
    }
  }
  for (const type of ours.filter((one) => !roots.has(one)).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const ways = (routes.get(type) ?? [])
      .slice(0, MOST_ROUTES)
      .map((route) => ({ route, base: costsOf(route).join() }));
    const plain = fieldsOf(type).filter((field) => isLeafType(getNamedType(field.type)) && field.args.length === 0);
    // Together first: most values cost nothing on any route, and each route is some ten costs a field.
    const areFree = plain.length > 0 && ways.every(({ route, base }) => costsOf(route, plain).join() === base);
    for (const field of fieldsOf(type)) {
      const name = `${type.name}.${field.name}`;
      const probed = areFree && plain.includes(field) ? [] : ways;
      const rows = probed.flatMap(({ route, base }) => {
        const costs = costsOf(route, [field]);
        return costs.join() === base ? [] : [rowOf(route, costs)];
      });
      const access = accessOf(name);
      if (access || rows.length > 0) lines.push(`${name}: ${access ?? "as its parent"}${prefetchOf(field)}`, ...rows);
    }
  }
  return lines.join("\n") + "\n";
}

test("access rules and costs of all fields are those that were reviewed", async () => {
  await expect(table()).toMatchFileSnapshot("rules.snapshot.txt");
}, 300_000);
