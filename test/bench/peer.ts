import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { KoreApi, fetched, token } from "./peer-api.ts";
import { type Context, resolvers, typeDefs } from "./peer-schema.ts";

/* Apollo Server as tutorials start it. Run as a process of its own. */

const get = fetched(await token());
const { url } = await startStandaloneServer(new ApolloServer<Context>({ typeDefs, resolvers }), {
  listen: { host: "127.0.0.1", port: 0 },
  context: () => Promise.resolve({ kore: new KoreApi(get) }),
});
process.stdout.write(`${url}\n`);
