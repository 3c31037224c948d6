import { Arg, type ClassType, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { Access, type AccessRule, Costs, Exclusive, type FieldCost, Loads, free, ownCalls } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import {
  CreateClientInput,
  DeleteClientInput,
  DisableClientInput,
  EnableClientInput,
  LockClientInput,
  RenewClientKeyInput,
  TransferClientOwnershipInput,
  UnlockClientInput,
  UpdateClientInput,
} from "./client-write.inputs.ts";
import {
  accountOfChanged,
  changeClient,
  createClient,
  renewClientKey,
  requireUnpublishedOperations,
} from "./client-write.service.ts";
import {
  ClientPayload,
  CreateClientPayload,
  DeleteClientPayload,
  DisableClientPayload,
  EnableClientPayload,
  LockClientPayload,
  RenewClientKeyPayload,
  TransferClientOwnershipPayload,
  UnlockClientPayload,
  UpdateClientPayload,
} from "./client-write.type.ts";
import { accountOf, clientById } from "./client.loader.ts";
import { toClient } from "./client.mapper.ts";
import { Client } from "./client.type.ts";

const UNPUBLISHED =
  "KORE publishes no endpoint for it: where `capabilities.unpublishedClientOperations` is false it answers NOT_PUBLISHED_BY_KORE without a KORE call.";
const EDITS =
  "A locked client may be edited only by the account's owner, its administrators and the client's owner; an ADMIN client only by the account's owner and administrators, a STANDARD one also by developers. kore-graph acts as the owner of its own client.";
const IRREVERSIBLE = "Its credentials and all its tokens become invalid at once, which cannot be undone.";
const EXCLUSIVE = "Must be the only field of its operation, since its answer holds a secret.";
const COST = "Two KORE calls: a read of the client and the write.";

const ofUnpublished = (operation: string): Partial<AccessRule> => ({
  account: { argument: "input.id", accountOf: accountOfChanged },
  available: (context: Context) => requireUnpublishedOperations(context, operation),
});

/** The read and the write of the client; before them a read of its account, for callers with some accounts. */
const costOfChange: FieldCost<Context> = ({ calls, context: { caller, kore } }) => {
  calls.addOwn(1 + (caller.accounts ? 2 : 1) * kore.credentials.length);
  return undefined;
};

@Access({ role: "admin" })
@Resolver()
class ClientWriteResolver {
  @Exclusive()
  @Access({ account: { argument: "input.accountId", accountOf } })
  @Costs(ownCalls(1))
  @Mutation(() => CreateClientPayload, {
    nullable: true,
    description: `Creates an API client, enabled and owned by the owner of kore-graph's own. Its secret is shown once, here. ADMIN clients are created only by the account's owner and administrators, STANDARD ones also by developers. A repetition creates no second client: see \`requestKey\`; without one, an identical mutation joins one that is in progress or whose outcome is unknown. ${EXCLUSIVE} One KORE call.`,
  })
  createClient(
    @Arg("input", () => CreateClientInput, { description: "The API client to create." }) input: CreateClientInput,
    @Ctx() context: Context,
  ): Promise<CreateClientPayload> {
    return createClient(input, context);
  }

  @Access(ofUnpublished("Changing an API client"))
  @Costs(costOfChange)
  @Mutation(() => UpdateClientPayload, {
    nullable: true,
    description: `Changes the name, type, scopes or token lifetime of an API client. All changes but the name affect new tokens only; existing tokens keep what they had until they expire. ${EDITS} ${UNPUBLISHED} ${COST}`,
  })
  updateClient(
    @Arg("input", () => UpdateClientInput, { description: "The changes." }) input: UpdateClientInput,
    @Ctx() context: Context,
  ): Promise<ClientPayload> {
    return changeClient.update(input, context);
  }

  @Access(ofUnpublished("Locking an API client after its creation"))
  @Costs(costOfChange)
  @Mutation(() => LockClientPayload, {
    nullable: true,
    description: `Locks an API client. ${EDITS} ${UNPUBLISHED} ${COST}`,
  })
  lockClient(
    @Arg("input", () => LockClientInput, { description: "The command." }) input: LockClientInput,
    @Ctx() context: Context,
  ): Promise<ClientPayload> {
    return changeClient.lock(input, context);
  }

  @Access(ofUnpublished("Unlocking an API client"))
  @Costs(costOfChange)
  @Mutation(() => UnlockClientPayload, {
    nullable: true,
    description: `Unlocks an API client. ${EDITS} ${UNPUBLISHED} ${COST}`,
  })
  unlockClient(
    @Arg("input", () => UnlockClientInput, { description: "The command." }) input: UnlockClientInput,
    @Ctx() context: Context,
  ): Promise<ClientPayload> {
    return changeClient.unlock(input, context);
  }

  @Access(ofUnpublished("Enabling an API client"))
  @Costs(costOfChange)
  @Mutation(() => EnableClientPayload, {
    nullable: true,
    description: `Enables a disabled API client: the same credentials work again. ${EDITS} ${UNPUBLISHED} One KORE call.`,
  })
  enableClient(
    @Arg("input", () => EnableClientInput, { description: "The command." }) input: EnableClientInput,
    @Ctx() context: Context,
  ): Promise<ClientPayload> {
    return changeClient.enable(input, context);
  }

  @Access(ofUnpublished("Disabling an API client"))
  @Costs(costOfChange)
  @Mutation(() => DisableClientPayload, {
    nullable: true,
    description: `Disables an API client: it has no access until it is enabled again, by the same credentials. ${EDITS} ${UNPUBLISHED} One KORE call.`,
  })
  disableClient(
    @Arg("input", () => DisableClientInput, { description: "The command." }) input: DisableClientInput,
    @Ctx() context: Context,
  ): Promise<ClientPayload> {
    return changeClient.disable(input, context);
  }

  @Exclusive()
  @Access(ofUnpublished("Renewing an API client's key"))
  @Costs(costOfChange)
  @Mutation(() => RenewClientKeyPayload, {
    nullable: true,
    description: `Gives an API client a new secret, shown once, here. ${IRREVERSIBLE} Concurrent identical mutations are executed once. ${EXCLUSIVE} ${EDITS} ${UNPUBLISHED} ${COST}`,
  })
  renewClientKey(
    @Arg("input", () => RenewClientKeyInput, { description: "The command." }) input: RenewClientKeyInput,
    @Ctx() context: Context,
  ): Promise<RenewClientKeyPayload> {
    return renewClientKey(input, context);
  }

  @Access(ofUnpublished("Giving an API client to another owner"))
  @Costs(costOfChange)
  @Mutation(() => TransferClientOwnershipPayload, {
    nullable: true,
    description: `Gives an API client to another user of KORE's portal. ${EDITS} ${UNPUBLISHED} ${COST}`,
  })
  transferClientOwnership(
    @Arg("input", () => TransferClientOwnershipInput, { description: "The command." })
    input: TransferClientOwnershipInput,
    @Ctx() context: Context,
  ): Promise<ClientPayload> {
    return changeClient.transferOwnership(input, context);
  }

  @Access(ofUnpublished("Deleting an API client"))
  @Costs(costOfChange)
  @Mutation(() => DeleteClientPayload, {
    nullable: true,
    description: `Deletes an API client. ${IRREVERSIBLE} ${EDITS} ${UNPUBLISHED} ${COST}`,
  })
  deleteClient(
    @Arg("input", () => DeleteClientInput, { description: "The command." }) input: DeleteClientInput,
    @Ctx() context: Context,
  ): Promise<ClientPayload> {
    return changeClient.delete(input, context);
  }
}

@Access({ role: "admin" })
@Resolver(() => ClientPayload)
class ClientPayloadResolver {
  @Loads(clientById)
  @FieldResolver(() => Client, {
    nullable: true,
    description:
      "The client as KORE shows it; null when there is none. One KORE call where the write's own reply lacks it.",
  })
  client(@Root() { wire, clientId }: ClientPayload, @Ctx() context: Context): Promise<Client | null> | Client | null {
    if (wire !== undefined) return wire && toClient(wire, context.kore.unknown);
    return clientId === null ? null : clientById(context).load(clientId);
  }
}

/** The only field that reveals a secret. */
function secretResolver<Payload extends CreateClientPayload>(Type: ClassType<Payload>): NewableFunction {
  @Access({ role: "admin" })
  @Resolver(() => Type)
  class SecretResolver {
    @Costs(free)
    @FieldResolver(() => String, {
      nullable: true,
      description: "The secret, when `secretStatus` is SHOWN_NOW. No other answer shows it.",
    })
    clientSecret(@Root() { secret }: Payload): string | null {
      return secret?.reveal() ?? null;
    }
  }
  return SecretResolver;
}

export const clientWriteResolvers = [
  ClientWriteResolver,
  ClientPayloadResolver,
  secretResolver(CreateClientPayload),
  secretResolver(RenewClientKeyPayload),
] as const;
