import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from "graphql";
import { collectFields, collectSubfields } from "graphql/execution/collectFields.js";
import { getFieldDef } from "graphql/execution/execute.js";

/** Completion of a field's value, by its type. */
export type Shape =
  | { readonly kind: "leaf"; readonly type: GraphQLLeafType }
  | { readonly kind: "object"; readonly type: GraphQLObjectType; readonly fields: Fields }
  | { readonly kind: "abstract"; readonly type: GraphQLAbstractType; readonly of: Map<GraphQLObjectType, ObjectShape> }
  | {
      readonly kind: "list";
      readonly type: GraphQLOutputType;
      readonly item: Shape;
      readonly itemType: GraphQLOutputType;
      /** The leaf type of its items. */
      readonly leaf: GraphQLLeafType | undefined;
    }
  | { readonly kind: "nonNull"; readonly type: GraphQLOutputType; readonly of: Shape };

export type ObjectShape = Extract<Shape, { kind: "object" }>;
export type AbstractShape = Extract<Shape, { kind: "abstract" }>;
export type ListShape = Extract<Shape, { kind: "list" }>;

/** A planned field of a selection. */
export interface Field {
  /** The response key. */
  readonly key: string;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
  readonly parent: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** Undefined: the property of its name. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | undefined;
  readonly shape: Shape;
  /** Whether several rows may share one object: the field is below a list. */
  readonly mayRepeat: boolean;
  /** The leaf type of a property with one value, as most fields are. */
  readonly leaf: GraphQLLeafType | undefined;
}

/** The selected fields of an object, planned at the first object. */
export interface Fields {
  readonly all: readonly Field[];
  /** Whether all of them, and all below, are properties: the result depends on the object only. */
  readonly arePlain: boolean;
}

/** The operation of a plan, with its fragments and conditions. */
export interface Source {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  /** Values of the variables in `@skip` and `@include`. */
  readonly conditions: Record<string, boolean>;
}

/**
 * The plan of an operation: results that graphql-js computes in each execution, in part for each row. It depends on the values
 * of conditions only, and serves every execution with equal ones.
 */
export class Plan {
  readonly source: Source;
  readonly fields: Fields;
  readonly #onGrow: (fields: number) => void;

  /** `onGrow`: called with the number of fields each time that some are planned. */
  constructor(source: Source, root: GraphQLObjectType, onGrow: (fields: number) => void) {
    this.source = source;
    this.#onGrow = onGrow;
    this.fields = this.#once(() => {
      const { schema, operation, fragments, conditions } = source;
      return this.#fields(root, collectFields(schema, fragments, conditions, root, operation.selectionSet), false);
    });
  }

  /** Completion of an object of an abstract type under these nodes, by its runtime type. */
  possibleShape({ of }: AbstractShape, type: GraphQLObjectType, nodes: readonly FieldNode[]): ObjectShape {
    let shape = of.get(type);
    if (!shape) of.set(type, (shape = this.#objectShape(type, nodes, true)));
    return shape;
  }

  #objectShape(type: GraphQLObjectType, nodes: readonly FieldNode[], isRow: boolean): ObjectShape {
    const { schema, fragments, conditions } = this.source;
    const fields = this.#once(() =>
      this.#fields(type, collectSubfields(schema, fragments, conditions, type, nodes), isRow),
    );
    return { kind: "object", type, fields };
  }

  #fields(parent: GraphQLObjectType, collected: ReadonlyMap<string, readonly FieldNode[]>, isRow: boolean): Field[] {
    this.#onGrow(collected.size);
    return [...collected].flatMap(([key, nodes]) => {
      const [first, ...more] = nodes;
      const definition = first && getFieldDef(this.source.schema, parent, first);
      if (!definition) return []; // As graphql-js does with unknown fields.
      const { resolve } = definition;
      const shape = this.#shape(definition.type, nodes, isRow);
      const leaf = resolve ? undefined : leafOf(shape);
      return { key, nodes: [first, ...more], parent, definition, resolve, shape, mayRepeat: isRow, leaf };
    });
  }

  /** `isRow`: whether it is below a list. */
  #shape(type: GraphQLOutputType, nodes: readonly FieldNode[], isRow: boolean): Shape {
    if (isNonNullType(type)) {
      return { kind: "nonNull", type, of: this.#shape(type.ofType as GraphQLOutputType, nodes, isRow) };
    }
    if (isListType(type)) {
      const itemType = type.ofType;
      const item = this.#shape(itemType, nodes, true);
      return { kind: "list", type, itemType, item, leaf: leafOf(item) };
    }
    if (isLeafType(type)) return { kind: "leaf", type };
    if (isAbstractType(type)) return { kind: "abstract", type, of: new Map() };
    return this.#objectShape(type, nodes, isRow);
  }

  #once(make: () => Field[]): Fields {
    let made: Field[] | undefined;
    let plain: boolean | undefined;
    return {
      get all() {
        return (made ??= make());
      },
      get arePlain() {
        return (plain ??= this.all.every(({ resolve, shape }) => !resolve && isPlain(shape)));
      },
    };
  }
}

function leafOf(shape: Shape): GraphQLLeafType | undefined {
  const inner = shape.kind === "nonNull" ? shape.of : shape;
  return inner.kind === "leaf" ? inner.type : undefined;
}

function isPlain(shape: Shape): boolean {
  if (shape.kind === "nonNull") return isPlain(shape.of);
  if (shape.kind === "list") return isPlain(shape.item);
  return shape.kind === "leaf" || (shape.kind === "object" && !shape.type.isTypeOf && shape.fields.arePlain);
}
