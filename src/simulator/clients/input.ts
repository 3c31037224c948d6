import { InvalidInput, list, object, oneOf, onlyKeys, requiredText, text } from "../http/json-fields.ts";
import {
  ACCESS,
  API_CLIENTS,
  CLIENT_TYPES,
  type ClientSettings,
  type ClientType,
  type GlobalResource,
  PRODUCTS,
  TOKEN_LIFETIMES,
  type TokenLifetime,
} from "./client.ts";

type Json = Record<string, unknown>;

interface CreateInput extends ClientSettings {
  readonly accountId: string | null;
  readonly locked: boolean | null;
}

const LIFETIMES = Object.keys(TOKEN_LIFETIMES) as TokenLifetime[];
const PUBLISHED = ["account_id", "name", "locked", "scopes"];
const ASSUMED = ["client_type", "token_lifetime"];

/** `unpublished`: also takes the fields that KORE has in its portal only. */
export function readCreate(value: unknown, { unpublished }: { readonly unpublished: boolean }): CreateInput {
  const body = object(value, "the body");
  onlyKeys(body, unpublished ? [...PUBLISHED, ...ASSUMED] : PUBLISHED, "the body");
  const { locked } = body;
  if (locked !== null && typeof locked !== "boolean") throw new InvalidInput("locked must be true, false or null");
  if (body["scopes"] === undefined) throw new InvalidInput("scopes is required");
  const given = settings(body, { unpublished });
  requireFittingScopes(given.type ?? "standard", given.globalResources ?? []);
  return {
    type: "standard",
    tokenLifetime: null,
    products: [],
    globalResources: [],
    ...given,
    name: requiredText(body, "name"),
    accountId: text(body, "account_id"),
    locked,
  };
}

export function readChange(value: unknown): Partial<ClientSettings> {
  const body = object(value, "the body");
  onlyKeys(body, ["name", "scopes", ...ASSUMED], "the body");
  const change = settings(body, { unpublished: true });
  if (Object.keys(change).length === 0) throw new InvalidInput("the body changes nothing");
  return change;
}

/** KORE: global resources are for admin clients only. @throws InvalidInput */
export function requireFittingScopes(type: ClientType, globalResources: readonly GlobalResource[]): void {
  if (type === "standard" && globalResources.length > 0)
    throw new InvalidInput("scopes.global_resources is for admin clients only");
}

export function readTransfer(value: unknown): string {
  const body = object(value, "the body");
  onlyKeys(body, ["client_owner"], "the body");
  return requiredText(body, "client_owner");
}

export function readEmpty(value: unknown): void {
  onlyKeys(object(value, "the body"), [], "the body");
}

/** The settings in the body. Absent ones stay as they are. */
function settings(body: Json, { unpublished }: { readonly unpublished: boolean }): Partial<ClientSettings> {
  const scopes = body["scopes"] === undefined ? {} : object(body["scopes"], "scopes");
  onlyKeys(scopes, unpublished ? ["products", "global_resources"] : ["products"], "scopes");
  const name = text(body, "name");
  const { client_type: type, token_lifetime: tokenLifetime } = body;
  const { products, global_resources: resources } = scopes;
  return {
    ...(name === null ? {} : { name }),
    ...(type === undefined ? {} : { type: oneOf(type, CLIENT_TYPES, "client_type") }),
    ...(tokenLifetime === undefined ? {} : { tokenLifetime: oneOf(tokenLifetime, LIFETIMES, "token_lifetime") }),
    ...(products === undefined ? {} : { products: distinct(products, PRODUCTS, "scopes.products") }),
    ...(resources === undefined ? {} : { globalResources: globalResources(resources) }),
  };
}

function globalResources(value: unknown): GlobalResource[] {
  const resources = list(value, "scopes.global_resources").map((item, i): GlobalResource => {
    const name = `scopes.global_resources[${i}]`;
    const resource = object(item, name);
    onlyKeys(resource, ["resource_name", "access"], name);
    const access = distinct(resource["access"], ACCESS, `${name}.access`);
    if (access.length === 0) throw new InvalidInput(`${name}.access must not be empty`);
    return { resourceName: oneOf(resource["resource_name"], [API_CLIENTS], `${name}.resource_name`), access };
  });
  if (resources.length > 1) throw new InvalidInput("scopes.global_resources names a resource twice"); // KORE names one resource only
  return resources;
}

function distinct<T extends string>(value: unknown, allowed: readonly T[], name: string): T[] {
  const items = list(value, name).map((item, i) => oneOf(item, allowed, `${name}[${i}]`));
  if (new Set(items).size < items.length) throw new InvalidInput(`${name} names something twice`);
  return items;
}
