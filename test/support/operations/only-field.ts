import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  print,
  visit,
  visitWithTypeInfo,
} from "graphql";

const TYPENAME_FIELD: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };
const TYPENAME: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [TYPENAME_FIELD] };

/**
 * An operation with nothing but a field and the way to it, and the same without the field; undefined if it has no such field.
 *
 * @param below the selection of a field that has one. @default its type's name
 */
export function onlyField(
  schema: GraphQLSchema,
  document: DocumentNode,
  coordinate: string,
  below: SelectionSetNode = TYPENAME,
): { withIt: string; without: string } | undefined {
  const info = new TypeInfo(schema);
  const found = new Set<FieldNode>();
  const find = (node: FieldNode) => {
    if (`${info.getParentType()?.name ?? ""}.${node.name.value}` === coordinate) found.add(node);
  };
  visit(document, visitWithTypeInfo(info, { Field: find }));
  if (found.size === 0) return undefined;
  const withIt = (node: FieldNode): FieldNode => (node.selectionSet ? { ...node, selectionSet: below } : node);
  return { withIt: pruned(document, found, withIt), without: pruned(document, found, () => TYPENAME_FIELD) };
}

function pruned(document: DocumentNode, kept: ReadonlySet<FieldNode>, replace: (node: FieldNode) => FieldNode): string {
  const prune = ({ selections, ...set }: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: selections.flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FIELD && kept.has(node)) return [replace(node)];
      if (node.kind === Kind.FRAGMENT_SPREAD || !node.selectionSet) return [];
      const below = prune(node.selectionSet);
      return below.selections.length > 0 ? [{ ...node, selectionSet: below }] : [];
    }),
  });
  const operation = operationOf(document);
  const selectionSet = prune(operation.selectionSet);
  const names = new Set<string>();
  visit(selectionSet, { Variable: ({ name }) => void names.add(name.value) });
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => names.has(variable.name.value));
  return print({ ...operation, selectionSet, variableDefinitions } as OperationDefinitionNode);
}

export function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const [operation] = definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || definitions.length > 1) throw new Error("not one operation");
  return operation;
}
