import { type EntityReference, type GraphContext } from "../graph/index.ts";
import { type KoreSession } from "../kore/index.ts";

/** Names an entity of an account. */
export interface Ref {
  accountId: string;
  id: string;
}

/** The prefix of the keys of all entities of an account, and of no other's: ids may hold any character. */
export const accountKey = (accountId: string): string => `${accountId.length} ${accountId} `;

export const refKey = ({ accountId, id }: Ref): string => accountKey(accountId) + id;

/** The context that loaders need. */
export interface LoaderContext extends GraphContext {
  readonly kore: KoreSession;
}

/** A resource's part of the graph. */
export interface Resource {
  readonly resolvers: readonly [NewableFunction, ...NewableFunction[]];
  readonly references: readonly EntityReference[];
}

/** @param options.references of the entity types that a gateway may refer to; by default none */
export function defineResource(
  resolvers: Resource["resolvers"],
  { references = [] }: Partial<Pick<Resource, "references">> = {},
): Resource {
  return { resolvers, references };
}
