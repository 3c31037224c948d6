import { type FieldNode, type GraphQLResolveInfo, getNamedType, isObjectType } from "graphql";
import { collectSubfields } from "graphql/execution/collectFields.js";

/** The executor reuses a field's nodes in all executions of a plan. */
const known = new WeakMap<readonly FieldNode[], Map<string, boolean>>();

/**
 * Whether the operation selects a field below the one being resolved, such as `["nodes", "stateHistory"]`. Considers
 * fragments, `@skip` and `@include`. For requesting optional data of KORE in the same call.
 */
export function isSelected(info: GraphQLResolveInfo, ...path: string[]): boolean {
  const answers = known.get(info.fieldNodes) ?? new Map<string, boolean>();
  const key = path.join(".");
  let answer = answers.get(key);
  if (answer === undefined) known.set(info.fieldNodes, answers.set(key, (answer = findSelected(info, path))));
  return answer;
}

function findSelected(info: GraphQLResolveInfo, path: readonly string[]): boolean {
  let type = getNamedType(info.returnType);
  let nodes = info.fieldNodes;
  for (const name of path) {
    if (!isObjectType(type)) return false;
    const fields = collectSubfields(info.schema, info.fragments, info.variableValues, type, nodes);
    nodes = [...fields.values()].flat().filter((node) => node.name.value === name);
    const field = type.getFields()[name];
    if (nodes.length === 0 || !field) return false;
    type = getNamedType(field.type);
  }
  return true;
}

/** Whether only these fields of the type being resolved are selected. */
export function selectsOnly(info: GraphQLResolveInfo, ...names: string[]): boolean {
  const type = getNamedType(info.returnType);
  if (!isObjectType(type)) return false;
  const fields = collectSubfields(info.schema, info.fragments, info.variableValues, type, info.fieldNodes);
  return [...fields.values()].flat().every((node) => names.includes(node.name.value));
}
