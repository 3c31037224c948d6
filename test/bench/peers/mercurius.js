import fastify from "fastify";
import mercurius from "mercurius";
import { KoreApi, pooled, token } from "../servers/test/bench/peer-api.js";
import { resolvers, typeDefs } from "../servers/test/bench/peer-schema.js";

const get = pooled(await token());
const app = fastify({ keepAliveTimeout: 600_000 });
await app.register(mercurius, { schema: typeDefs, resolvers, jit: 1, context: () => ({ kore: new KoreApi(get) }) });
process.stdout.write(`${await app.listen({ host: "127.0.0.1", port: 0 })}\n`);
