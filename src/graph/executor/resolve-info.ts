import { type GraphQLResolveInfo, getArgumentValues } from "graphql";
import { type Path } from "graphql/jsutils/Path.js";
import { type Execution } from "./execution.ts";
import { type Field } from "./plan.ts";

export function pathOf({ key, parent }: Field, prev: Path | undefined): Path {
  return { prev, key, typename: parent.name };
}

/** Such as `Account.name`. */
export function nameOf({ parent, definition }: Field): string {
  return `${parent.name}.${definition.name}`;
}

export function argumentsOf({ variables }: Execution, { definition, nodes }: Field): Record<string, unknown> {
  return definition.args.length === 0 ? {} : getArgumentValues(definition, nodes[0], variables);
}

/** The `info` that resolvers get. */
export function infoOf(run: Execution, { definition, nodes, parent }: Field, path: Path): GraphQLResolveInfo {
  const { schema, fragments, operation } = run.plan.source;
  return {
    fieldName: definition.name,
    fieldNodes: nodes,
    returnType: definition.type,
    parentType: parent,
    path,
    schema,
    fragments,
    rootValue: run.root,
    operation,
    variableValues: run.variables,
  };
}
