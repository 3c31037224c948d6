import { type Bearer } from "../auth/auth.ts";
import { Refusal } from "../http/reply.ts";
import { type Access, API_CLIENTS, type ApiClient, type ClientType } from "./client.ts";
import { type PortalUser } from "./portal-users.ts";

// KORE documents the permissions of portal users. OURS, inferred: over REST a client acts with the permissions of the
// portal user that owns it, and must be an admin client with the API Clients resource.

/** The access that an operation needs is OURS, too. The token counts, which may be older than the client's settings. */
export function requireAccess({ type, globalResources }: Bearer, access: Access): void {
  const granted = globalResources.some((resource) => resource.access.includes(access)); // KORE names one resource only
  if (type !== "admin" || !granted)
    throw new Refusal(403, `The token is not of an admin client with ${access} access to ${API_CLIENTS}`);
}

/** The account's owner and admins create admin clients; developers, too, create standard ones. */
export function requireMayCreate(user: PortalUser, type: ClientType): void {
  if (type === "admin" && !isAdministrator(user))
    throw new Refusal(403, "Only the Account Owner and Account Admins may make or edit admin clients");
}

/** Every change is an edit: of name, lock, key and owner, and the deletion. */
export function requireMayEdit(user: PortalUser, client: ApiClient): void {
  requireMayCreate(user, client.type);
  const owns = user.email.toLowerCase() === client.owner.toLowerCase();
  if (client.locked === true && !owns && !isAdministrator(user))
    throw new Refusal(403, "Only the Account Owner, Account Admins and the Client Owner may edit a locked client");
}

function isAdministrator({ role }: PortalUser): boolean {
  return role === "account-owner" || role === "account-admin";
}
