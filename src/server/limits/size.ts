import {
  type FragmentSpreadNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from "graphql";
import { type Limits } from "./limits.ts";

/** How large a selection is with its fragments written out, which is how it is executed. */
interface Size {
  depth: number;
  aliases: number;
  directives: number;
  /** Fields of the outermost level. */
  fields: number;
}

const NOTHING: Size = { depth: 0, aliases: 0, directives: 0, fields: 0 };

/** Refuses operations that are too large, whatever they are made of. */
export function sizeRule(limits: Pick<Limits, "depth" | "aliases" | "rootFields" | "directives">): ValidationRule {
  return (context) => {
    const measure = measurer(context);
    return {
      OperationDefinition(operation) {
        const { depth, aliases, directives, fields } = measure(operation.selectionSet);
        const own = [operation, ...(operation.variableDefinitions ?? [])].flatMap((node) => node.directives ?? []);
        const refuse = (what: string, is: number, limit: number) => {
          const message = `${what}: at most ${limit} in one operation, fragments written out; this has ${is}`;
          if (is > limit) context.reportError(new GraphQLError(message, { nodes: operation }));
        };
        refuse("Levels of fields", depth, limits.depth);
        refuse("Aliases", aliases, limits.aliases);
        refuse("Fields of the outermost level", fields, limits.rootFields);
        refuse("Directives", directives + own.length, limits.directives);
      },
    };
  };
}

/** Each fragment is measured once, however often it is spread: a document of few words can mean millions. */
function measurer(context: ValidationContext): (selection: SelectionSetNode | undefined) => Size {
  const fragments = new Map<string, Size>();

  const ofSet = (set: SelectionSetNode | undefined): Size =>
    (set?.selections ?? []).map(ofSelection).reduce(
      (sum, { depth, aliases, directives, fields }) => ({
        depth: Math.max(sum.depth, depth),
        aliases: sum.aliases + aliases,
        directives: sum.directives + directives,
        fields: sum.fields + fields,
      }),
      NOTHING,
    );
  const ofSelection = (selection: SelectionNode): Size => {
    const below = selection.kind === Kind.FRAGMENT_SPREAD ? ofSpread(selection) : ofSet(selection.selectionSet);
    const directives = below.directives + (selection.directives?.length ?? 0);
    if (selection.kind !== Kind.FIELD) return { ...below, directives };
    // The schema is deep in itself; graphql-js has a rule for its circles.
    const depth = selection.name.value.startsWith("__") ? 1 : below.depth + 1;
    return { depth, aliases: below.aliases + (selection.alias ? 1 : 0), directives, fields: 1 };
  };
  const ofSpread = ({ name: { value: name } }: FragmentSpreadNode): Size => {
    const known = fragments.get(name);
    if (known) return known;
    fragments.set(name, NOTHING); // A circle ends here, and another rule refuses it.
    const size = ofSet(context.getFragment(name)?.selectionSet);
    fragments.set(name, size);
    return size;
  };
  return ofSet;
}
