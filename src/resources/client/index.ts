import { type AccessRule } from "../../graph/index.ts";
import { type Context, type Resource } from "../context.ts";
import { accountOfChanged, demandUnpublished } from "./client-write.loader.ts";
import { clientWriteResolvers } from "./client-write.resolver.ts";
import { accountOf, accountOfClient, clientById } from "./client.loader.ts";
import { AccountClientsResolver, ClientResolver } from "./client.resolver.ts";

const ofClient = { role: "admin", account: { at: "id", via: accountOfClient } } as const;
const toClient = (what: string): AccessRule => ({
  role: "admin",
  account: { at: "input.id", via: accountOfChanged },
  offered: (context: Context) => demandUnpublished(context, what),
});

export const client: Resource = {
  resolvers: [ClientResolver, AccountClientsResolver, ...clientWriteResolvers],
  // Reads as well as writes: whose credentials there are, and who owns them, is no business of viewers.
  access: {
    "Query.client": ofClient,
    "Query.clients": { role: "admin", account: "filtered" },
    "Client.account": { role: "admin", account: "parent" },
    "Account.clients": { role: "admin", account: "parent" },
    "Mutation.createClient": { role: "admin", account: { at: "input.accountId", via: accountOf } },
    "Mutation.updateClient": toClient("Changing an API client"),
    "Mutation.lockClient": toClient("Locking an API client after it is made"),
    "Mutation.unlockClient": toClient("Unlocking an API client"),
    "Mutation.enableClient": toClient("Enabling an API client"),
    "Mutation.disableClient": toClient("Disabling an API client"),
    "Mutation.renewClientKey": toClient("Renewing an API client's key"),
    "Mutation.transferClientOwnership": toClient("Giving an API client to another owner"),
    "Mutation.deleteClient": toClient("Deleting an API client"),
    "ClientPayload.client": { role: "admin", account: "parent" },
    "CreateClientPayload.client": { role: "admin", account: "parent" },
    "CreateClientPayload.clientSecret": { role: "admin", account: "parent" },
    "RenewClientKeyPayload.client": { role: "admin", account: "parent" },
    "RenewClientKeyPayload.clientSecret": { role: "admin", account: "parent" },
    Client: ofClient,
  },
  references: { Client: ({ id }: { id: string }, context: Context) => clientById(context).load(id) },
};
