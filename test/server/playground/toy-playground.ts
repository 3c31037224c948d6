import { ApolloServer } from "@apollo/server";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import fastify, { type FastifyInstance } from "fastify";
import { playground, type PlaygroundOptions } from "../../../src/server/playground/index.ts";

export const TABS = [
  {
    query: "query Greet($name: String!) {\n  greeting(name: $name)\n}",
    variables: { name: "Ada" },
    group: "read" as const,
  },
  { query: "query Versions { version }", variables: {}, group: "read" as const },
  { query: "# Greets\n# tomorrow.\nmutation Later { greetLater }", variables: {}, group: "order" as const },
  { query: "mutation End { endGreetings(confirm: 1) }", variables: {}, group: "order" as const },
];

const apps: FastifyInstance[] = [];

/** The playground in front of a toy schema. `sent`: operations that arrived, without introspection. */
export async function start(
  options: Partial<PlaygroundOptions> = {},
  port = 0,
): Promise<{ app: FastifyInstance; url: string; sent: string[] }> {
  const app = fastify();
  apps.push(app);
  const apollo = new ApolloServer({
    typeDefs: `
      type Query {
        "Greets somebody."
        greeting(name: String!): String!
        version: String!
      }
      type Mutation {
        greetLater(dryRun: Boolean): String!
        endGreetings(confirm: Int!): String!
      }`,
    resolvers: {
      Query: { greeting: (_: unknown, { name }: { name: string }) => `Hello, ${name}!`, version: () => "1" },
      Mutation: { greetLater: () => "later", endGreetings: () => "none" },
    },
    introspection: true,
    plugins: [fastifyApolloDrainPlugin(app)],
  });
  await apollo.start();
  const sent: string[] = [];
  app.addHook("preHandler", (request, _reply, done) => {
    const { query } = (request.body ?? {}) as { query?: string };
    if (query !== undefined && !query.includes("__schema")) sent.push(query);
    done();
  });
  app.route({ url: "/graphql", method: ["GET", "POST"], handler: fastifyApolloHandler(apollo) });
  await app.register(playground, {
    ...{ mode: "simulator" as const, needsCredentials: false, tabs: TABS, confirmedMutations: ["endGreetings"] },
    ...options,
  });
  const url = await app.listen({ host: "127.0.0.1", port });
  return { app, url, sent };
}

export async function stopToyPlaygrounds(): Promise<void> {
  await Promise.all(apps.splice(0).map(async (app) => app.close()));
}
