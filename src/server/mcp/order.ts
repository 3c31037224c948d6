import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type ObjectFieldNode,
  type ObjectValueNode,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
  getNamedType,
  isInputObjectType,
  parseType,
  print,
  visit,
} from "graphql";

type Values = Readonly<Record<string, unknown>>;

/** An order's operation that can be rehearsed and executed. */
export interface Order {
  /** The operation, with the controls in variables. */
  readonly text: string;
  /** The variable that holds the whole input. Undefined: the controls are variables of their own. */
  readonly inputVariable: string | undefined;
  /** The name of the control in the input, or of its variable. */
  readonly requestKey: string;
  readonly dryRun: string;
}

/** `rehearsal`: the operation is always a dry run. A text: why the order cannot be a tool. */
type OrderResult = Order | "rehearsal" | { why: string };

/** The field of an order: a mutation whose input has a request key and a dry run. Undefined: the operation is none. */
export function orderFieldOf({ selectionSet }: OperationDefinitionNode, schema: GraphQLSchema): FieldNode | undefined {
  const [field, ...more] = selectionSet.selections;
  if (field?.kind !== Kind.FIELD || more.length > 0) return undefined;
  const [input] = schema.getMutationType()?.getFields()[field.name.value]?.args ?? [];
  const type = input && getNamedType(input.type);
  const controls = isInputObjectType(type) ? type.getFields() : {};
  return "requestKey" in controls && "dryRun" in controls ? field : undefined;
}

/** Puts the controls of an order into variables, so that each call sets them. */
export function orderOf(document: DocumentNode, operation: OperationDefinitionNode, field: FieldNode): OrderResult {
  const input = field.arguments?.find(({ name }) => name.value === "input")?.value;
  if (input?.kind === Kind.VARIABLE) {
    const controls = { requestKey: "requestKey", dryRun: "dryRun" };
    return { text: print(document), inputVariable: input.name.value, ...controls };
  }
  if (input?.kind !== Kind.OBJECT) return { why: "its input is neither an object nor a variable" };
  const given = new Map(input.fields.map(({ name, value }) => [name.value, value]));
  const dryRun = given.get("dryRun");
  if (dryRun?.kind === Kind.BOOLEAN && dryRun.value) return "rehearsal";

  const lifted: VariableDefinitionNode[] = [];
  const declared = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
  const variableOf = (control: string, type: string): string => {
    const value = given.get(control);
    if (value?.kind === Kind.VARIABLE) return value.name.value;
    lifted.push(definitionOf(control, type));
    given.set(control, variableNode(control));
    return control;
  };
  const controls = { requestKey: variableOf("requestKey", "String!"), dryRun: variableOf("dryRun", "Boolean!") };
  const taken = lifted.map(({ variable }) => variable.name.value).find((name) => declared.has(name));
  if (taken !== undefined) return { why: `its variable $${taken} is not the input's ${taken}` };
  const text = print(withInput(document, { operation, input, given, lifted }));
  return { text, inputVariable: undefined, ...controls };
}

interface Change {
  operation: OperationDefinitionNode;
  input: ObjectValueNode;
  given: ReadonlyMap<string, ValueNode>;
  lifted: readonly VariableDefinitionNode[];
}

function withInput(document: DocumentNode, { operation, input, given, lifted }: Change): DocumentNode {
  const fields = [...given].map(([name, value]): ObjectFieldNode => {
    return { kind: Kind.OBJECT_FIELD, name: { kind: Kind.NAME, value: name }, value };
  });
  return visit(document, {
    OperationDefinition: (node) =>
      node === operation
        ? { ...node, variableDefinitions: [...(node.variableDefinitions ?? []), ...lifted] }
        : undefined,
    ObjectValue: (node) => (node === input ? { ...node, fields } : undefined),
  });
}

const variableNode = (name: string) => ({ kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } }) as const;

const definitionOf = (name: string, type: string): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable: variableNode(name),
  type: parseType(type),
});

/** The variables of a call, with the order's dry run set. */
export function orderVariables({ inputVariable, dryRun }: Order, given: Values, isRehearsal: boolean): Values {
  if (inputVariable === undefined) return { ...given, [dryRun]: isRehearsal };
  const input = given[inputVariable];
  return { ...given, [inputVariable]: { ...(input as object), [dryRun]: isRehearsal } };
}

/** The request key of a call; undefined: it has none. */
export function requestKeyIn({ inputVariable, requestKey }: Order, given: Values): string | undefined {
  const values = inputVariable === undefined ? given : given[inputVariable];
  if (typeof values !== "object" || values === null) return undefined;
  const key = (values as Values)[requestKey];
  return typeof key === "string" && key !== "" ? key : undefined;
}
