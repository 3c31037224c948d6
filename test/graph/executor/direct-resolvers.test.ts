import { type GraphQLObjectType, type GraphQLResolveInfo, type GraphQLSchema, execute, parse } from "graphql";
import {
  type MiddlewareFn,
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Info,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
  UseMiddleware,
} from "type-graphql";
import { beforeAll, expect, test } from "vitest";
import { Access, buildGraphSchema } from "../../../src/graph/index.ts";

const passed: string[] = [];
const refuseEmpty = (word: unknown) => {
  if (word === "") throw new Error("no word");
};
const watch: MiddlewareFn = ({ info }, next) => {
  passed.push(info.fieldName);
  return next();
};

@ObjectType({ simpleResolvers: true })
class Crate {
  @Field(() => String)
  label!: string;
}

@InputType()
class Wish {
  @Field(() => String)
  what!: string;
}

@ArgsType()
class Order {
  @Field(() => Int, { defaultValue: 2 })
  count!: number;
}

@Access({ role: "viewer", account: "none" })
@Resolver(() => Crate)
class CrateResolver {
  readonly mark = "!";

  @Query(() => Crate)
  crate(): Crate {
    return { label: "eggs" };
  }

  @Query(() => String)
  told(
    @Arg("words", () => [String], { nullable: true }) words: string[] | null | undefined,
    @Ctx() { who }: { who: string },
    @Info() { fieldName }: GraphQLResolveInfo,
    @Arg("count", () => Int, { defaultValue: 3 }) count: number,
  ): string {
    return `${fieldName} ${who} ${JSON.stringify(words)} ${count}${this.mark}`;
  }

  @Query(() => String)
  made(@Arg("wish", () => Wish) wish: Wish, @Args(() => Order) order: Order): string {
    return `${wish instanceof Wish} ${order instanceof Order} ${order.count} ${wish.what}`;
  }

  @Query(() => String)
  checked(@Arg("word", () => String, { validateFn: refuseEmpty }) word: string): string {
    return word;
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
  schema = await buildGraphSchema(
    { resolvers: [CrateResolver], references: [] },
    {
      idChecks: "explain",
    },
  );
});

test("resolvers of every kind get their parameters and their instance", async () => {
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

test("a query gets its arguments as given, or as TypeGraphQL converts them", async () => {
  const ask = (word: string) =>
    execute({
      schema,
      document: parse(`{
        a: told(words: ["x", "y"]) b: told(words: null, count: 1) c: told
        made(wish: { what: "tea" }) checked(word: "${word}")
      }`),
      contextValue: { who: "ann" },
    });
  expect((await ask("")).errors).toEqual([expect.objectContaining({ message: "no word", path: ["checked"] })]);
  expect({ ...(await ask("w")).data }).toEqual({
    a: 'told ann ["x","y"] 3!',
    b: "told ann null 1!",
    c: "told ann undefined 3!",
    made: "true true 2 tea",
    checked: "w",
  });
});

test("a query of plain arguments gives its value, and one of inputs a promise", () => {
  const fields = schema.getQueryType()?.getFields() ?? {};
  const call = (name: string, args: object): unknown =>
    fields[name]?.resolve?.(undefined, args, { who: "bob" }, { fieldName: name } as never);
  expect(call("told", { words: [], count: 0 })).toBe("told bob [] 0!");
  expect(call("made", { wish: { what: "tea" } })).toBeInstanceOf(Promise);
  expect(call("checked", { word: "w" })).toBeInstanceOf(Promise);
});
