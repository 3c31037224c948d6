import { GraphQLError, type ValidationRule } from "graphql";
import { type Introspection } from "./limits.ts";

/** Fields that show the schema: `_service` as a whole, introspection in parts. */
const HIDDEN: Record<Introspection, readonly string[]> = {
  on: [],
  subgraph: ["__schema", "__type"],
  off: ["__schema", "__type", "_service"],
};

/** Replaces Apollo's rule, which hides less, and whose message describes Apollo's settings. */
export function schemaHidingRule(introspection: Introspection): ValidationRule {
  const names = HIDDEN[introspection];
  return (context) => ({
    Field(node) {
      if (!names.includes(node.name.value)) return;
      context.reportError(new GraphQLError("The schema is not shown by this deployment", { nodes: node }));
    },
  });
}
