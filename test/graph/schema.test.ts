import { type GraphQLSchema, graphql, isObjectType } from "graphql";
import { Arg, Directive, Extensions, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from "type-graphql";
import { beforeAll, describe, expect, test } from "vitest";
import {
  Access,
  free,
  reference,
  LOCAL_CALLER,
  buildGraphSchema,
  createGraphContext,
  printSubgraph,
} from "../../src/graph/index.ts";
import { Telemetry, correlate } from "../../src/server/telemetry/index.ts";

const costOfBoxes = ({ childComplexity }: { childComplexity: number }) => childComplexity * 10;

@ObjectType({ description: "Something with a size.", simpleResolvers: true })
@Extensions({ owner: "logistics" })
@Directive('@key(fields: "id")')
class Box {
  @Field(() => ID, { description: "Its id." })
  id!: string;

  @Field(() => Int, { complexity: 7, description: "In litres." })
  @Extensions({ audited: true })
  size!: number;
}

@Access({ role: "viewer", account: "none" })
@Resolver(() => Box)
class BoxResolver {
  @Query(() => [Box], { complexity: costOfBoxes, description: "Boxes." })
  boxes(
    @Arg("from", () => Int, { description: "The smallest size." }) from: number,
    @Arg("to", () => Int, { description: "The largest size." }) to: number,
  ): Box[] {
    return [
      { id: "small", size: from },
      { id: "large", size: to },
    ];
  }

  @Mutation(() => Box, { complexity: 3, description: "Makes a box." })
  makeBox(@Arg("size", () => Int, { description: "In litres." }) size: number): Box {
    return { id: "made", size };
  }
}

@Resolver()
class UnruledResolver {
  @Query(() => Int, { description: "Has no access rule." })
  unruled(): number {
    return 1;
  }

  @Access({ role: "viewer" })
  @Query(() => Int, { description: "Declares a role, and not which account it is about." })
  halfRuled(): number {
    return 1;
  }
}

let schema: GraphQLSchema;

beforeAll(async () => {
  const references = [
    reference(Box, {
      access: { role: "viewer", account: "none" },
      costs: free,
      resolve: ({ id }: { id: string }): Box => ({ id, size: id.length }),
    }),
  ];
  schema = await buildGraphSchema({ resolvers: [BoxResolver], references }, { idChecks: "explain" });
});

test("a schema is not built while a field has no access rule, or a root field names no account", async () => {
  const parts = { resolvers: [BoxResolver, UnruledResolver] as const, references: [] };
  await expect(buildGraphSchema(parts, { idChecks: "explain" })).rejects.toThrow(
    "No access rule for Query.unruled, Query.halfRuled",
  );
});

describe("a schema that was rebuilt for federation", () => {
  test("keeps the declared costs of fields, for the limits", () => {
    expect(extensionsOf("Box", "size")).toMatchObject({ complexity: 7 });
    expect(extensionsOf("Query", "boxes").complexity).toBe(costOfBoxes);
    expect(extensionsOf("Mutation", "makeBox")).toMatchObject({ complexity: 3 });
  });

  test("keeps other extensions of fields and types", () => {
    expect(extensionsOf("Box", "size")).toMatchObject({ audited: true });
    expect(schema.getType("Box")?.extensions).toMatchObject({ owner: "logistics" });
  });

  test("finds entities all the same", async () => {
    const source = '{ _entities(representations: [{ __typename: "Box", id: "four" }]) { ... on Box { id size } } }';
    expect(await run(source)).toEqual({ data: { _entities: [{ id: "four", size: 4 }] } });
  });

  test("resolves fields and takes arguments in the order in which they were written", async () => {
    expect(await run("{ boxes(from: 1, to: 2) { id size } }")).toEqual({
      data: {
        boxes: [
          { id: "small", size: 1 },
          { id: "large", size: 2 },
        ],
      },
    });
    expect(await run("mutation { makeBox(size: 5) { size } }")).toEqual({ data: { makeBox: { size: 5 } } });
    expect(
      schema
        .getQueryType()
        ?.getFields()
        .boxes?.args.map(({ name }) => name),
    ).toEqual(["from", "to"]);
  });

  test("is printed as a gateway composes it: keys and descriptions in, federation's own machinery out", async () => {
    const sdl = await printSubgraph(schema);
    expect(sdl).toMatch(/type Box\s+@key\(fields: "id"\)/);
    expect(sdl).toMatch(/"""In litres."""\s+size: Int!/);
    expect(sdl).toMatch(/@link\(url: "https:\/\/specs.apollo.dev\/federation\/v2/);
    expect(sdl).not.toMatch(/_entities|_service|_Any|directive @/);
  });
});

function extensionsOf(typeName: string, field: string): Readonly<Record<string, unknown>> {
  const type = schema.getType(typeName);
  return (isObjectType(type) ? type.getFields()[field]?.extensions : undefined) ?? {};
}

/** As JSON, for the executor's objects have no prototype. */
async function run(source: string): Promise<unknown> {
  const contextValue = createGraphContext(
    new AbortController().signal,
    LOCAL_CALLER,
    new Telemetry().begin(correlate(() => undefined)),
  );
  return JSON.parse(JSON.stringify(await graphql({ schema, source, contextValue }))) as unknown;
}
