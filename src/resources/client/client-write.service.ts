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
 * The account of a client that is to be changed. The client that kore-graph itself uses serves all accounts, and its
 * secret opens them: who reaches some of them may see it, where it is theirs, and no more.
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
  const result = await context.clientWrites.create(body, input.requestKey ?? null, ...requesterOf(context));
  return afterwards(toSecretPayload(result), context);
}

export async function renewClientKey(
  { id, confirm, requestKey }: RenewClientKeyInput,
  context: Context,
): Promise<RenewClientKeyPayload> {
  checkRequestKey(requestKey);
  const confirmation = { value: confirm, isForOwnOnly: false };
  const result = await context.clientWrites.renewKey(id, confirmation, requestKey ?? null, ...requesterOf(context));
  return afterwards(toSecretPayload(result), context);
}

type Change = Parameters<Context["clientWrites"]["change"]>[0];

async function carryOut(change: Change, context: Context): Promise<ClientPayload> {
  const result = await context.clientWrites.change(change, ...requesterOf(context));
  return afterwards(toPayload(result), context);
}

/** By whom a write is made, and with what of the operation's own: it counts what the write costs. */
const requesterOf = ({ caller, writer, instrumentation }: Context) =>
  [auditNameOf(caller), { kore: writer.clients, requestId: instrumentation.requestId }] as const;

/** The result of mutations without a secret. */
export const changeClient = {
  update(input: UpdateClientInput, context: Context) {
    if (typeof input.name === "string") checkName(input.name);
    checkSettings(input);
    const change = toChange(input);
    if (Object.keys(change).length === 0) throw userInputError("input: names nothing to change");
    return carryOut(clientChanges.update(input.id, change), context);
  },
  lock({ id }: LockClientInput, context: Context) {
    return carryOut(clientChanges.lock(id), context);
  },
  unlock({ id }: UnlockClientInput, context: Context) {
    return carryOut(clientChanges.unlock(id), context);
  },
  enable({ id }: EnableClientInput, context: Context) {
    return carryOut(clientChanges.enable(id), context);
  },
  disable({ id, confirm }: DisableClientInput, context: Context) {
    return carryOut(clientChanges.disable(id, confirm ?? null), context);
  },
  transferOwnership({ id, newOwner }: TransferClientOwnershipInput, context: Context) {
    return carryOut(clientChanges.transferOwnership(id, newOwner), context);
  },
  delete({ id, confirm }: DeleteClientInput, context: Context) {
    return carryOut(clientChanges.delete(id, confirm), context);
  },
};

/** Whatever is read from here on is read after the write. */
function afterwards<Payload>(payload: Payload, context: Context): Payload {
  context.loaders.clear();
  return payload;
}

/** Nothing is asked of KORE before it is known that it is on offer. */
export function requireUnpublishedOperations({ settings }: Context, what: string): void {
  if (settings.unpublishedClientOperations) return;
  throw notPublishedError(
    `${what} is not among the operations that KORE publishes, and not switched on here. KORE's portal has it, on the page API Clients.`,
  );
}

/** KORE states no rule; a name that KORE might tidy up could not be found again. */
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
