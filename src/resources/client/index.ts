import { type Context, type Resource } from "../context.ts";
import { accountOfClient, eachClient } from "./client.loader.ts";
import { ClientResolver } from "./client.resolver.ts";

export const client: Resource = {
  resolvers: [ClientResolver],
  // Reads as well as writes: whose credentials there are, and who owns them, is no business of viewers.
  access: {
    "Query.client": { role: "admin", account: { at: "id", via: accountOfClient } },
    "Query.clients": { role: "admin", account: "filtered" },
    "Client.account": { role: "admin", account: "parent" },
    Client: { role: "admin", account: { at: "id", via: accountOfClient } },
  },
  references: { Client: ({ id }: { id: string }, context: Context) => eachClient(context).load(id) },
};
