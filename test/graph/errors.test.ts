import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginInlineTraceDisabled } from "@apollo/server/plugin/disabled";
import { GraphQLError } from "graphql";
import { Args, ArgsType, Field, Float, ID, InputType, Int, Query, Resolver, registerEnumType } from "type-graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Access, DateTime, Iccid, buildGraphSchema, errorFormatter, userInputError } from "../../src/graph/index.ts";

/** Long digits are an identifier, the rest could end a quotation early. */
const SECRET = 'hunter2"; hunter2, found hunter2: 8988303000000000001';
const LITERAL = JSON.stringify(SECRET);

enum Colour {
  RED = "RED",
}
registerEnumType(Colour, { name: "Colour", valuesConfig: { RED: { description: "Red." } } });

@InputType()
class Wish {
  @Field(() => Colour, { nullable: true })
  colour?: Colour;

  @Field(() => [Iccid], { nullable: true })
  iccids?: string[];

  @Field(() => Wish, { nullable: true })
  wish?: Wish;
}

/** An argument of each kind. */
@ArgsType()
class Everything {
  @Field(() => ID, { nullable: true })
  id?: string;

  @Field(() => String, { nullable: true })
  text?: string;

  @Field(() => Int, { nullable: true })
  int?: number;

  @Field(() => Float, { nullable: true })
  float?: number;

  @Field(() => Boolean, { nullable: true })
  flag?: boolean;

  @Field(() => Colour, { nullable: true })
  colour?: Colour;

  @Field(() => Iccid, { nullable: true })
  iccid?: string;

  @Field(() => DateTime, { nullable: true })
  at?: Date;

  @Field(() => Wish, { nullable: true })
  wish?: Wish;
}

/** Known to `describe` below, as KORE's errors are to the app's. */
class Refusal extends Error {
  readonly isRetryable = true;
}

/** The error of `oops`. */
let thrown: unknown;

@Access({ role: "viewer", account: "none" })
@Resolver()
class EchoResolver {
  @Query(() => String)
  echo(@Args(() => Everything) given: Everything): string {
    return typeof given;
  }

  @Query(() => String, { nullable: true })
  oops(): string {
    throw thrown;
  }

  @Query(() => Int)
  wrong(): unknown {
    return SECRET;
  }
}

let server: ApolloServer;
const logged: unknown[] = [];

beforeAll(async () => {
  const schema = await buildGraphSchema({ resolvers: [EchoResolver], references: [] }, { idChecks: "explain" });
  const formatError = errorFormatter(
    (error) =>
      error instanceof Refusal
        ? { code: "REFUSED", message: "Refused", extensions: { isRetryable: error.isRetryable } }
        : undefined,
    (error) => logged.push(error),
  );
  server = new ApolloServer({
    schema,
    formatError,
    includeStacktraceInErrorResponses: false,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
});
afterAll(() => server.stop());
beforeEach(() => {
  logged.length = 0;
});

describe("a value that breaks a rule is never repeated", () => {
  const ICCID_RULE = "ICCID must be 18 to 22 digits or letters; character 8 is none";

  test.each([
    ["ID", "id", {}, "ID cannot represent value."],
    ["String", "text", {}, "String cannot represent a non string value."],
    ["Int", "int", SECRET, "Int cannot represent non-integer value."],
    ["Int", "int", 8988303000000000001, "Int cannot represent non 32-bit signed integer value."],
    ["Float", "float", SECRET, "Float cannot represent non numeric value."],
    ["Boolean", "flag", SECRET, "Boolean cannot represent a non boolean value."],
    ["Colour", "colour", SECRET, 'Value does not exist in "Colour" enum.'],
    ["Colour", "colour", 8988303000000000001, 'Enum "Colour" cannot represent non-string value.'],
    ["ICCID", "iccid", SECRET, ICCID_RULE],
    ["DateTime", "at", SECRET, "DateTime must be an instant by RFC 3339, such as 2026-01-31T12:00:00Z"],
    ["Wish", "wish", SECRET, 'Expected type "Wish" to be an object.'],
  ])("in a variable of type %s", async (type, argument, value, rule) => {
    const query = `query Echo($given: ${type}) { echo(${argument}: $given) }`;
    const given = typeof value === "object" ? { hunter2: SECRET } : value;
    expect(await refusal(query, { given })).toEqual({ code: "BAD_USER_INPUT", message: `Variable "$given": ${rule}` });
  });

  test.each([
    ["colour", { colour: SECRET }, '"$given.colour": Value does not exist in "Colour" enum.'],
    ["iccids", { iccids: [SECRET] }, `"$given.iccids[0]": ${ICCID_RULE}`],
    [
      "wish.wish.iccids",
      { wish: { wish: { iccids: ["898830300000000000", SECRET] } } },
      `"$given.wish.wish.iccids[1]": ${ICCID_RULE}`,
    ],
    ["wish", { wish: SECRET }, '"$given.wish": Expected type "Wish" to be an object.'],
  ])("in a variable, at %s, whose place is named", async (_, given, rule) => {
    const query = "query Echo($given: Wish) { echo(wish: $given) }";
    expect(await refusal(query, { given })).toEqual({ code: "BAD_USER_INPUT", message: `Variable ${rule}` });
  });

  test.each([
    ["id", `{ hunter2: ${LITERAL} }`, "ID cannot represent a non-string and non-integer value."],
    ["text", "8988303000000000001", "String cannot represent a non string value."],
    ["int", LITERAL, "Int cannot represent non-integer value."],
    ["int", "8988303000000000001", "Int cannot represent non 32-bit signed integer value."],
    ["float", LITERAL, "Float cannot represent non numeric value."],
    ["flag", LITERAL, "Boolean cannot represent a non boolean value."],
    ["colour", "HUNTER2", 'Value does not exist in "Colour" enum.'],
    ["colour", LITERAL, 'Enum "Colour" cannot represent non-enum value.'],
    ["iccid", LITERAL, ICCID_RULE],
    ["iccid", "hunter2", "ICCID must be a text of 18 to 22 digits or letters"],
    ["at", LITERAL, "DateTime must be an instant by RFC 3339, such as 2026-01-31T12:00:00Z"],
    ["wish", LITERAL, 'Expected value of type "Wish"'],
    ["wish", `{ wish: ${LITERAL} }`, 'Expected value of type "Wish"'],
    ["wish", `{ iccids: [${LITERAL}] }`, ICCID_RULE],
  ])("in a literal: %s: %s", async (argument, literal, message) => {
    expect(await refusal(`{ echo(${argument}: ${literal}) }`)).toEqual({ code: "GRAPHQL_VALIDATION_FAILED", message });
  });

  test("in the default of a variable", async () => {
    expect(await refusal(`query Echo($given: Int = ${LITERAL}) { echo(int: $given) }`)).toEqual({
      code: "GRAPHQL_VALIDATION_FAILED",
      message: "Int cannot represent non-integer value.",
    });
  });

  test("in a directive", async () => {
    expect(await refusal(`{ echo @include(if: ${LITERAL}) }`)).toEqual({
      code: "GRAPHQL_VALIDATION_FAILED",
      message: "Boolean cannot represent a non boolean value.",
    });
  });

  test.each([
    [`{ echo ${LITERAL} }`, "Syntax Error: Expected Name"],
    [`{ echo(text: ${LITERAL} ${LITERAL}) }`, "Syntax Error: Expected Name"],
    [`query ${LITERAL} { echo }`, 'Syntax Error: Expected "{"'],
    [`{ echo } ${LITERAL} ${LITERAL}`, "Syntax Error: Unexpected String."],
    ["hunter2", "Syntax Error: Unexpected Name."],
    ["8988303000000000001", "Syntax Error: Unexpected Int."],
    ['{ echo(text: "hunter2', "Syntax Error: Unterminated string."],
    ['{ echo(text: "\\uhunter2") }', "Syntax Error: Invalid Unicode escape sequence."],
  ])("in a document that cannot be parsed: %s", async (query, message) => {
    expect(await refusal(query)).toEqual({ code: "GRAPHQL_PARSE_FAILED", message });
  });
});

describe("errors of a resolver", () => {
  test("is shown as the app describes it, with its place and nothing else of it", async () => {
    thrown = new Refusal(SECRET, { cause: new Error(SECRET) });
    expect(await run("{ o: oops }")).toEqual({
      data: { o: null },
      errors: [
        {
          message: "Refused",
          locations: [{ line: 1, column: 3 }],
          path: ["o"],
          extensions: { code: "REFUSED", isRetryable: true },
        },
      ],
    });
    expect(logged).toEqual([]);
  });

  test("is shown when it is the caller's to mend", async () => {
    thrown = userInputError("first: must be from 0 to 1000");
    expect(await refusal("{ oops }")).toEqual({ code: "BAD_USER_INPUT", message: "first: must be from 0 to 1000" });
    expect(logged).toEqual([]);
  });

  test.each([
    ["a defect", () => new TypeError(SECRET)],
    ["a text", () => SECRET],
    ["an object", () => ({ code: "BAD_USER_INPUT", message: SECRET })],
    ["an error of GraphQL without a code", () => new GraphQLError(SECRET)],
    ["an error of another system's code", () => new GraphQLError(SECRET, { extensions: { code: "ECONNREFUSED" } })],
    ["an error with extensions", () => new GraphQLError(SECRET, { extensions: { code: "X", request: SECRET } })],
  ])("is logged and masked when it is %s", async (_, make) => {
    thrown = make();
    expect(await refusal("{ oops }")).toEqual({ code: "INTERNAL_SERVER_ERROR", message: "Internal error" });
    expect(logged).toHaveLength(1);
    expect(logged[0] instanceof Error ? logged[0].message : logged[0]).toContain("hunter2");
  });

  test("is logged and masked when it is a value that the schema forbids", async () => {
    expect(await refusal("{ wrong }")).toEqual({ code: "INTERNAL_SERVER_ERROR", message: "Internal error" });
    expect(logged).toHaveLength(1);
  });
});

describe("codes that callers branch on are shown", () => {
  test.each(["PERSISTED_QUERY_NOT_SUPPORTED", "PERSISTED_QUERY_NOT_FOUND", "SUBSCRIBER_TOO_SLOW"])("%s", (code) => {
    const error = new GraphQLError("as it is", { extensions: { code } });
    const format = errorFormatter(
      () => undefined,
      (defect) => logged.push(defect),
    );
    expect(format(error.toJSON(), error)).toEqual({ message: "as it is", extensions: { code } });
    expect(logged).toEqual([]);
  });
});

describe("a message of 1 MiB is scrubbed in no time", () => {
  const MIB = 1024 * 1024;
  const format = errorFormatter(
    () => undefined,
    () => undefined,
  );
  test.each([
    ["cannot represent ", ""],
    ["cannot represent value", ""],
    ['Value "x" ', ' does not exist in "'],
    ['Value does not exist in "', "a"],
    [", found", ""],
    ["Syntax Error: Invalid ", " escape sequence"],
    ["Syntax Error: Invalid ", " escape sequence: "],
    ["123456789 ", ""],
    ["9", ""],
    ['Variable "$', "a"],
    ['Variable "$a" got invalid value ', ' at "a'],
    ['Variable "$a" got invalid value "', "cannot represent "],
  ])("%s, then over and over %s", (start, again) => {
    const repeated = again === "" ? start : again;
    const message = start + repeated.repeat(MIB / repeated.length);
    const began = performance.now();
    for (const text of [message, `${message}; rule`]) {
      const error = new GraphQLError(text, {
        originalError: new Error("rule"),
        extensions: { code: "BAD_USER_INPUT" },
      });
      format(error.toJSON(), error);
    }
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

async function run(query: string, variables: Record<string, unknown> = {}) {
  const { body } = await server.executeOperation({ query, variables });
  if (body.kind !== "single") throw new Error("one answer is expected");
  // As JSON, which callers get.
  return JSON.parse(JSON.stringify(body.singleResult)) as typeof body.singleResult;
}

/** Runs an operation that must fail with one error, without the value in the answer. */
async function refusal(query: string, variables: Record<string, unknown> = {}) {
  const answer = await run(query, variables);
  expect(JSON.stringify(answer)).not.toMatch(/hunter|8988303/i);
  const [error, ...more] = answer.errors ?? [];
  expect(more).toEqual([]);
  const { code, ...rest } = error?.extensions ?? {};
  expect(rest).toEqual({});
  return { code, message: error?.message };
}
