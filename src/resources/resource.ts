import { type EntityReference, type GraphContext } from "../graph/index.ts";
import { type KoreSession } from "../kore/index.ts";

/** Names an entity of an account. */
export interface Ref {
  accountId: string;
  id: string;
}

/** Key prefix of an account's entities, unambiguous for ids with any character. */
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

/** @param options.references of federated entity types. @default none */
export function defineResource(
  resolvers: Resource["resolvers"],
  { references = [] }: Partial<Pick<Resource, "references">> = {},
): Resource {
  return { resolvers, references };
}
