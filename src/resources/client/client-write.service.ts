import { forbidden, notPublishedError, isAuthorizedFor, auditNameOf, userInputError } from "../../graph/index.ts";
import { clientChanges, refusalOfScopes } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import {
  type CreateClientInput,
  type DeleteClientInput,
  type DisableClientInput,
  type EnableClientInput,
  type GlobalResourceInput,
  type LockClientInput,
  type RenewClientKeyInput,
  type TransferClientOwnershipInput,
  type UnlockClientInput,
  type UpdateClientInput,
} from "./client-write.inputs.ts";
import { toChange, toCreation, toPayload, toSecretPayload } from "./client-write.mapper.ts";
import { type ClientPayload, type CreateClientPayload, type RenewClientKeyPayload } from "./client-write.type.ts";
import { accountOfClient } from "./client.loader.ts";
import { ClientType } from "./client.type.ts";

/**
 * The account of a client to change. Callers with some accounts must not change the client that kore-graph itself uses,
 * because it serves all accounts.
 */
export async function accountOfChanged(id: string, context: Context): Promise<string | undefined> {
  const account = await accountOfClient(id, context);
  if (isAuthorizedFor(context.caller, account) && context.clientWrites.isOwn(id)) {
    throw forbidden("kore-graph itself uses this client: changing it is for callers who reach all accounts");
  }
  return account;
}

export async function createClient(input: CreateClientInput, context: Context): Promise<CreateClientPayload> {
  checkName(input.name);
  checkRequestKey(input.requestKey);
  checkSettings(input);
  const body = toCreation(input);
  const isPublished = !body.client_type && !body.token_lifetime && !body.scopes.global_resources;
  if (!isPublished)
    requireUnpublishedOperations(context, "An API client with a type, token lifetime or global resources");
  const refusal = refusalOfScopes(body);
  if (refusal) return toSecretPayload({ ...refusal, secretStatus: "NONE" });
  const result = await context.clientWrites.create(body, input.requestKey ?? null, writeContextOf(context));
  return afterwards(toSecretPayload(result), context);
}

export async function renewClientKey(
  { id, confirm, requestKey }: RenewClientKeyInput,
  context: Context,
): Promise<RenewClientKeyPayload> {
  checkRequestKey(requestKey);
  const confirmation = { value: confirm, isForOwnOnly: false };
  const result = await context.clientWrites.renewKey(id, confirmation, requestKey ?? null, writeContextOf(context));
  return afterwards(toSecretPayload(result), context);
}

type Change = Parameters<Context["clientWrites"]["change"]>[0];

async function execute(change: Change, context: Context): Promise<ClientPayload> {
  const result = await context.clientWrites.change(change, writeContextOf(context));
  return afterwards(toPayload(result), context);
}

const writeContextOf = ({ caller, writer, instrumentation }: Context) => ({
  who: auditNameOf(caller),
  requester: { kore: writer.clients, requestId: instrumentation.requestId },
});

/** Mutations without a secret. */
export const changeClient = {
  update(input: UpdateClientInput, context: Context) {
    if (typeof input.name === "string") checkName(input.name);
    checkSettings(input);
    const change = toChange(input);
    if (Object.keys(change).length === 0) throw userInputError("input: names nothing to change");
    return execute(clientChanges.update(input.id, change), context);
  },
  lock({ id }: LockClientInput, context: Context) {
    return execute(clientChanges.lock(id), context);
  },
  unlock({ id }: UnlockClientInput, context: Context) {
    return execute(clientChanges.unlock(id), context);
  },
  enable({ id }: EnableClientInput, context: Context) {
    return execute(clientChanges.enable(id), context);
  },
  disable({ id, confirm }: DisableClientInput, context: Context) {
    return execute(clientChanges.disable(id, confirm ?? null), context);
  },
  transferOwnership({ id, newOwner }: TransferClientOwnershipInput, context: Context) {
    return execute(clientChanges.transferOwnership(id, newOwner), context);
  },
  delete({ id, confirm }: DeleteClientInput, context: Context) {
    return execute(clientChanges.delete(id, confirm), context);
  },
};

/** Clears the loaders, so that later fields read after the write. */
function afterwards<Payload>(payload: Payload, context: Context): Payload {
  context.loaders.clear();
  return payload;
}

/** Checked before any KORE call. @throws GraphQLError NOT_PUBLISHED_BY_KORE */
export function requireUnpublishedOperations({ settings }: Context, what: string): void {
  if (settings.unpublishedClientOperations) return;
  throw notPublishedError(
    `${what} is not an operation that KORE publishes, and it is not enabled here. KORE's portal has it on the page API Clients.`,
  );
}

/** KORE documents no rule. A name that KORE might normalize could not be found after a lost reply. */
function checkName(name: string): void {
  if (name !== "" && name.length <= 200 && name === name.trim()) return;
  throw userInputError("input.name: must be 1 to 200 characters, without blanks at its ends");
}

function checkRequestKey(requestKey: string | null | undefined): void {
  if (typeof requestKey === "string" && (requestKey === "" || requestKey.length > 200)) {
    throw userInputError("input.requestKey: must be 1 to 200 characters");
  }
}

function checkSettings({
  type,
  products,
  globalResources,
}: Pick<CreateClientInput, "type" | "products" | "globalResources">): void {
  if (type === ClientType.UNKNOWN) throw userInputError("input.type: UNKNOWN is no type to give");
  if (hasTwice(products ?? [])) throw userInputError("input.products: names a product twice");
  if (hasTwice((globalResources ?? []).map(({ name }) => name))) {
    throw userInputError("input.globalResources: names a resource twice");
  }
  for (const [place, resource] of (globalResources ?? []).entries()) checkResource(resource, place);
}

function checkResource({ name, access }: GlobalResourceInput, place: number): void {
  const field = `input.globalResources[${place}]`;
  if (name.trim() === "" || name.length > 200) throw userInputError(`${field}.name: must be 1 to 200 characters`);
  if (access.length === 0) throw userInputError(`${field}.access: must name at least one`);
  if (hasTwice(access)) throw userInputError(`${field}.access: names one twice`);
}

const hasTwice = (items: readonly unknown[]): boolean => new Set(items).size < items.length;
