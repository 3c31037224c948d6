import { type Bearer } from "../auth/auth.ts";
import { Refusal } from "../http/reply.ts";
import { type Access, API_CLIENTS, type ApiClient, type ClientType } from "./client.ts";
import { type PortalUser } from "./portal-users.ts";

// KORE says in words who may do what in its portal. That over REST a client acts with the rights of the portal user who
// owns it, and needs an admin client with the API Clients resource besides, is OURS: an inference, not stated.

/** Which access an operation needs is OURS, too. The token decides, which may be older than the client's settings. */
export function requireAccess({ type, globalResources }: Bearer, access: Access): void {
  const granted = globalResources.some((resource) => resource.access.includes(access)); // there is but the one
  if (type !== "admin" || !granted)
    throw new Refusal(403, `The token is not of an admin client with ${access} access to ${API_CLIENTS}`);
}

/** Admin clients are made by the account's owner and admins, standard ones by developers, too. */
export function requireMayCreate(user: PortalUser, type: ClientType): void {
  if (type === "admin" && !isAdministrator(user))
    throw new Refusal(403, "Only the Account Owner and Account Admins may make or edit admin clients");
}

/** Whatever changes a client is an edit: its name, its lock, its key, its owner, its end. */
export function requireMayEdit(user: PortalUser, client: ApiClient): void {
  requireMayCreate(user, client.type);
  const owns = user.email.toLowerCase() === client.owner.toLowerCase();
  if (client.locked === true && !owns && !isAdministrator(user))
    throw new Refusal(403, "Only the Account Owner, Account Admins and the Client Owner may edit a locked client");
}

function isAdministrator({ role }: PortalUser): boolean {
  return role === "account-owner" || role === "account-admin";
}
