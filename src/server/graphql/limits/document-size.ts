import {
  type FragmentSpreadNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from "graphql";
import { type Limits } from "./limits.ts";

/** The size of a selection with its fragments expanded. */
interface Size {
  depth: number;
  aliases: number;
  directives: number;
  /** Fields of the outermost level. */
  fields: number;
  /** Fields and fragments of all levels. */
  selections: number;
}

const NOTHING: Size = { depth: 0, aliases: 0, directives: 0, fields: 0, selections: 0 };

export type SizeLimits = Pick<Limits, "depth" | "aliases" | "rootFields" | "directives" | "selections">;

/** The limits that a document's operations exceed. */
export function sizeErrors(context: ValidationContext, limits: SizeLimits): GraphQLError[] {
  const measure = measurer(context);
  return context.getDocument().definitions.flatMap((operation) => {
    if (operation.kind !== Kind.OPERATION_DEFINITION) return [];
    const { depth, aliases, directives, fields, selections } = measure(operation.selectionSet);
    const own = [operation, ...(operation.variableDefinitions ?? [])].flatMap((node) => node.directives ?? []);
    const refuse = (what: string, is: number, limit: number) => {
      const message = `${what}: at most ${limit} in one operation, fragments written out; this has ${is}`;
      return is > limit ? [new GraphQLError(message, { nodes: operation })] : [];
    };
    return [
      ...refuse("Levels of fields", depth, limits.depth),
      ...refuse("Aliases", aliases, limits.aliases),
      ...refuse("Fields of the outermost level", fields, limits.rootFields),
      ...refuse("Directives", directives + own.length, limits.directives),
      ...refuse("Fields and fragments", selections, limits.selections),
    ];
  });
}

/** Measures each fragment once: repeated spreads can multiply to millions of fields. */
function measurer(context: ValidationContext): (selection: SelectionSetNode | undefined) => Size {
  const fragments = new Map<string, Size>();

  const ofSet = (set: SelectionSetNode | undefined): Size =>
    (set?.selections ?? []).map(ofSelection).reduce(
      (sum, { depth, aliases, directives, fields, selections }) => ({
        depth: Math.max(sum.depth, depth),
        aliases: sum.aliases + aliases,
        directives: sum.directives + directives,
        fields: sum.fields + fields,
        selections: sum.selections + selections,
      }),
      NOTHING,
    );
  const ofSelection = (selection: SelectionNode): Size => {
    const below = selection.kind === Kind.FRAGMENT_SPREAD ? ofSpread(selection) : ofSet(selection.selectionSet);
    const directives = below.directives + (selection.directives?.length ?? 0);
    const selections = below.selections + 1;
    if (selection.kind !== Kind.FIELD) return { ...below, directives, selections };
    // Introspection is nested deeply; graphql-js has a rule for its cycles.
    const depth = selection.name.value.startsWith("__") ? 1 : below.depth + 1;
    return { depth, aliases: below.aliases + (selection.alias ? 1 : 0), directives, fields: 1, selections };
  };
  const ofSpread = ({ name: { value: name } }: FragmentSpreadNode): Size => {
    const known = fragments.get(name);
    if (known) return known;
    fragments.set(name, NOTHING); // Ends a cycle, which another rule refuses.
    const size = ofSet(context.getFragment(name)?.selectionSet);
    fragments.set(name, size);
    return size;
  };
  return ofSet;
}
