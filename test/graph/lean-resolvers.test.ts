import { type GraphQLObjectType, type GraphQLSchema, execute, parse } from "graphql";
import {
  type MiddlewareFn,
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ObjectType,
  Query,
  Resolver,
  Root,
  UseMiddleware,
} from "type-graphql";
import { beforeAll, expect, test } from "vitest";
import { buildGraphSchema } from "../../src/graph/index.ts";

const passed: string[] = [];
const watch: MiddlewareFn = ({ info }, next) => {
  passed.push(info.fieldName);
  return next();
};

@ObjectType({ simpleResolvers: true })
class Crate {
  @Field(() => String)
  label!: string;
}

@Resolver(() => Crate)
class CrateResolver {
  readonly mark = "!";

  @Query(() => Crate)
  crate(): Crate {
    return { label: "eggs" };
  }

  @FieldResolver(() => String)
  plain(@Ctx() context: { who: string }, @Root() { label }: Crate): string {
    return `${label} for ${context.who}${this.mark}`;
  }

  @FieldResolver(() => String)
  part(@Root("label") label: string): string {
    return label;
  }

  @FieldResolver(() => String)
  times(@Root() { label }: Crate, @Arg("count", () => String) count: string): string {
    return `${count} ${label}`;
  }

  @UseMiddleware(watch)
  @FieldResolver(() => String)
  watched(@Root() { label }: Crate): string {
    return label;
  }

  @FieldResolver(() => String)
  lean(@Root() { label }: Crate, @Ctx() { who }: { who: string }): string {
    return `${label} ${who}${this.mark}`;
  }
}

let schema: GraphQLSchema;
beforeAll(async () => {
  const access = Object.fromEntries(
    ["Query.crate", ...["plain", "part", "times", "watched", "lean"].map((name) => `Crate.${name}`)].map((name) => [
      name,
      { role: "viewer", account: "none" } as const,
    ]),
  );
  schema = await buildGraphSchema(
    { resolvers: [CrateResolver], references: {}, access },
    {
      idChecks: "explain",
    },
  );
});

test("resolvers of every kind answer, with what they ask for and on themselves", async () => {
  const document = parse(`{ crate { plain part times(count: "2") watched lean } }`);
  const { data, errors } = await execute({ schema, document, contextValue: { who: "ann" } });
  expect(errors).toBeUndefined();
  expect(JSON.parse(JSON.stringify(data))).toEqual({
    crate: { plain: "eggs for ann!", part: "eggs", times: "2 eggs", watched: "eggs", lean: "eggs ann!" },
  });
});

test("a resolver that takes the row and the context gives its value, and middlewares are not passed by", () => {
  const fields = (schema.getType("Crate") as GraphQLObjectType).getFields();
  const call = (name: string): unknown =>
    fields[name]?.resolve?.({ label: "eggs" }, {}, { who: "bob" }, { fieldName: name } as never);
  expect(call("lean")).toBe("eggs bob!");
  passed.length = 0;
  expect(call("watched")).toBeInstanceOf(Promise);
  expect(passed).toEqual(["watched"]);
});
