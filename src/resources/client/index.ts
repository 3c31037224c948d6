import { type Context, type Resource } from "../context.ts";
import { clientWriteResolvers } from "./client-write.resolver.ts";
import { accountOf, accountOfClient, clientById } from "./client.loader.ts";
import { AccountClientsResolver, ClientResolver } from "./client.resolver.ts";

const ofClient = { role: "admin", account: { at: "id", via: accountOfClient } } as const;
const toClient = { role: "admin", account: { at: "input.id", via: accountOfClient } } as const;

export const client: Resource = {
  resolvers: [ClientResolver, AccountClientsResolver, ...clientWriteResolvers],
  // Reads as well as writes: whose credentials there are, and who owns them, is no business of viewers.
  access: {
    "Query.client": ofClient,
    "Query.clients": { role: "admin", account: "filtered" },
    "Client.account": { role: "admin", account: "parent" },
    "Account.clients": { role: "admin", account: "parent" },
    "Mutation.createClient": { role: "admin", account: { at: "input.accountId", via: accountOf } },
    "Mutation.updateClient": toClient,
    "Mutation.lockClient": toClient,
    "Mutation.unlockClient": toClient,
    "Mutation.enableClient": toClient,
    "Mutation.disableClient": toClient,
    "Mutation.renewClientKey": toClient,
    "Mutation.transferClientOwnership": toClient,
    "Mutation.deleteClient": toClient,
    "ClientPayload.client": { role: "admin", account: "parent" },
    "CreateClientPayload.client": { role: "admin", account: "parent" },
    "CreateClientPayload.clientSecret": { role: "admin", account: "parent" },
    "RenewClientKeyPayload.client": { role: "admin", account: "parent" },
    "RenewClientKeyPayload.clientSecret": { role: "admin", account: "parent" },
    Client: ofClient,
  },
  references: { Client: ({ id }: { id: string }, context: Context) => clientById(context).load(id) },
};
