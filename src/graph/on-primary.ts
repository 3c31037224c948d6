import { type GraphQLSchema } from "graphql";
import { Extensions } from "type-graphql";

const ON_PRIMARY = "onPrimary";

/** Marks a query that needs the ledger. Where several processes answer queries, only the primary has it. */
export const OnPrimary = () => Extensions({ [ON_PRIMARY]: true });

/** Names of the marked queries. */
export function queriesOnPrimary(schema: GraphQLSchema): ReadonlySet<string> {
  const fields = Object.entries(schema.getQueryType()?.getFields() ?? {});
  return new Set(fields.filter(([, { extensions }]) => extensions[ON_PRIMARY] === true).map(([name]) => name));
}
