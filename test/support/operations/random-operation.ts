import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  isRequiredArgument,
} from "graphql";

/** Existing ids, by type. */
export interface Known {
  accounts: readonly string[];
  iccids: readonly string[];
  eids: readonly string[];
  sims: readonly string[];
  profiles: readonly string[];
  requests: readonly string[];
  clients: readonly string[];
}

/** Makes up valid queries: any fields in any depth, with aliases, fragments and references. */
export function randomOperation(schema: GraphQLSchema, known: Known, random: () => number): string {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const some = (count: number) => Array.from({ length: count }, (_, index) => index);
  const text = (value: unknown) => JSON.stringify(value);

  const argument = (field: string, arg: GraphQLArgument): string | undefined => {
    const { name, type } = arg;
    if (name === "accountId") return text(pick(known.accounts));
    // Of days: other spans of time are optional.
    if (String(type) === "Date!") return name === "to" ? '"2024-12-30"' : pick(['"2024-12-01"', '"2024-09-01"']);
    if (name === "first") return String(Math.floor(random() * 5));
    if (name === "eid" && isRequiredArgument(arg)) return text(pick(known.eids));
    if (name === "iccids") return text(some(Math.floor(random() * 6)).map(() => pick(known.iccids)));
    if (name !== "id") return undefined;
    if (field === "account") return text(pick(known.accounts));
    if (field === "activationProfile") return text(pick(known.profiles));
    return text(pick(field === "client" ? known.clients : known.requests));
  };
  const argumentsOf = ({ name, args }: GraphQLField<unknown, unknown>): string => {
    const given = args.flatMap((arg) => {
      const value = argument(name, arg);
      return value === undefined || (name === "subscription" && arg.name === "id") ? [] : [`${arg.name}: ${value}`];
    });
    if (name === "subscription") {
      given.push(pick([() => `id: ${text(pick(known.sims))}`, () => `iccid: ${text(pick(known.iccids))}`])());
    }
    return given.length === 0 ? "" : `(${given.join(", ")})`;
  };

  let aliases = 0;
  const fieldText = (field: GraphQLField<unknown, unknown>, depth: number, isAliased: boolean): string => {
    const type = getNamedType(field.type);
    const alias = field.args.length > 0 || isAliased || random() < 0.1 ? `a${(aliases += 1)}: ` : "";
    const below = isObjectType(type) ? ` ${selection(type, depth - 1)}` : "";
    return `${alias}${field.name}${field.args.length > 0 ? argumentsOf(field) : ""}${below}`;
  };
  /** `isShared`: other types select at the same place, and names of theirs may mean other types. */
  const selection = (type: GraphQLObjectType, depth: number, isShared = false): string => {
    // Usage of plans waits for KORE's pace after every 11 calls; usage-costs.test.ts has its costs.
    const fields = Object.values(type.getFields()).filter(
      (field) => !isAbstractType(getNamedType(field.type)) && !(type.name === "Plan" && field.name === "usage"),
    );
    const deep = fields.filter((field) => isObjectType(getNamedType(field.type)));
    const flat = fields.filter((field) => !deep.includes(field));
    const leaves = some(isShared ? 0 : 2).flatMap(() => (flat.length > 0 ? [pick(flat)] : []));
    const below =
      depth > 0 ? some(1 + Math.floor(random() * 2)).flatMap(() => (deep.length > 0 ? [pick(deep)] : [])) : [];
    const texts = [
      ...leaves.map(({ name }) => name),
      ...below.map((field) => fieldText(field, depth, isShared)),
      "__typename",
    ];
    return random() < 0.2 ? `{ ... on ${type.name} { ${texts.join(" ")} } }` : `{ ${texts.join(" ")} }`;
  };

  const reference = (): Record<string, string> => {
    const accountId = pick(known.accounts);
    return pick<() => Record<string, string>>([
      () => ({ __typename: "Account", id: accountId }),
      () => ({ __typename: "SimSubscription", accountId, id: pick(known.sims) }),
      () => ({ __typename: "SimSubscription", accountId, iccid: pick(known.iccids) }),
      () => ({ __typename: "ActivationProfile", accountId, id: pick(known.profiles) }),
      () => ({ __typename: "ProvisioningRequest", accountId, id: pick(known.requests) }),
      () => ({ __typename: "Client", id: pick(known.clients) }),
    ])();
  };
  const entities = (): string => {
    const references = some(1 + Math.floor(random() * 12)).map(reference);
    const literal = references.map(
      (one) =>
        `{ ${Object.entries(one)
          .map(([key, value]) => `${key}: ${text(value)}`)
          .join(", ")} }`,
    );
    const types = [...new Set(references.map(({ __typename = "" }) => __typename))];
    const parts = types.map(
      (name) => `... on ${name} ${selection(schema.getType(name) as GraphQLObjectType, 3, true)}`,
    );
    return `a${(aliases += 1)}: _entities(representations: [${literal.join(", ")}]) { ${parts.join(" ")} }`;
  };

  const node = (): string => {
    const { __typename: name = "", iccid, ...key } = reference();
    if (iccid !== undefined) return node();
    const id = Buffer.from(JSON.stringify([name, ...Object.values(key)])).toString("base64url");
    const below = selection(schema.getType(name) as GraphQLObjectType, 3);
    return `a${(aliases += 1)}: node(id: ${text(id)}) { ... on ${name} ${below} }`;
  };

  const roots = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(
    ({ name }) => !["_entities", "_service", "node"].includes(name),
  );
  const parts = some(1 + Math.floor(random() * 3)).map(() => {
    const chance = random();
    return chance < 0.25 ? entities() : chance < 0.4 ? node() : fieldText(pick(roots), 6, false);
  });
  return `{ ${parts.join(" ")} }`;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
