import { type Context, type Resource } from "../context.ts";
import { clientWriteResolvers } from "./client-write.resolver.ts";
import { clientById } from "./client.loader.ts";
import { AccountClientsResolver, ClientResolver } from "./client.resolver.ts";

export const client: Resource = {
  resolvers: [ClientResolver, AccountClientsResolver, ...clientWriteResolvers],
  references: { Client: ({ id }: { id: string }, context: Context) => clientById(context).load(id) },
};
