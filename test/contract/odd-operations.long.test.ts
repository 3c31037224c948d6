import { afterAll, beforeAll, expect, test } from "vitest";
import { type GraphQLSchema } from "graphql";
import { buildGraphSchema } from "../../src/graph/index.ts";
import { graphParts } from "../../src/resources/index.ts";
import { type TestApp, startApp } from "../support/app.ts";
import { unusualOperation } from "../support/operations/unusual-operation.ts";
import { seeded } from "../support/operations/random-operation.ts";

let app: TestApp;
let schema: GraphQLSchema;
const unheard: unknown[] = [];
const hear = (reason: unknown) => void unheard.push(reason);

beforeAll(async () => {
  schema = await buildGraphSchema(graphParts, { idChecks: "explain" });
  app = await startApp(
    { accounts: { acme: { sims: 5 } } },
    {
      KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on",
      LIMIT_OPERATIONS_PER_MINUTE: "0",
      LIMIT_KORE_REQUESTS_PER_MINUTE: "0",
      LIMIT_KORE_REQUESTS: "100000",
    },
  );
  process.on("unhandledRejection", hear);
});
afterAll(async () => {
  process.off("unhandledRejection", hear);
  await app.stop();
});

test.each([1, 2, 3])(
  "12.7.6 whatever callers get wrong is none of our defects: 250 operations of seed %i",
  async (seed) => {
    const random = seeded(seed);
    for (let count = 0; count < 250; count += 1) {
      const operation = unusualOperation(schema, random);
      const reply = await app.graph.post(operation);
      const told = `${reply.status} ${await reply.text()}`;
      if (reply.status >= 500 || told.includes("INTERNAL_SERVER_ERROR")) expect.fail(JSON.stringify([operation, told]));
    }
    expect(app.logged().filter(({ level }) => level === "error" || level === "fatal")).toEqual([]);
    expect(unheard).toEqual([]);
  },
  120_000,
);
