import { type Context, type Resource } from "../context.ts";
import { eachClient } from "./client.loader.ts";
import { ClientResolver } from "./client.resolver.ts";

export const client: Resource = {
  resolvers: [ClientResolver],
  references: { Client: ({ id }: { id: string }, context: Context) => eachClient(context).load(id) },
};
