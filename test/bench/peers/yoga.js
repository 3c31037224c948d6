import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import { createSchema, createYoga } from "graphql-yoga";
import { listen } from "../servers/test/bench/listen.js";
import { KoreApi, pooled, token } from "../servers/test/bench/peer-api.js";
import { resolvers, typeDefs } from "../servers/test/bench/peer-schema.js";

const get = pooled(await token());
const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  plugins: [useGraphQlJit()],
  context: () => ({ kore: new KoreApi(get) }),
  graphiql: false,
  logging: false,
});
listen(createServer(yoga));
