import { reference } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { defineResource } from "../resource.ts";
import { clientWriteResolvers } from "./client-write.resolver.ts";
import { accountOfClient, clientById } from "./client.loader.ts";
import { AccountClientsResolver, ClientResolver } from "./client.resolver.ts";
import { Client } from "./client.type.ts";

export const client = defineResource([ClientResolver, AccountClientsResolver, ...clientWriteResolvers], {
  references: [
    reference(Client, {
      access: { role: "admin", account: { argument: "id", accountOf: accountOfClient } },
      loads: clientById,
      resolve: ({ id }: { id: string }, context: Context) => clientById(context).load(id),
    }),
  ],
});
