import {
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
  defaultFieldResolver,
} from "graphql";
import { Extensions } from "type-graphql";
import { userInputError } from "../errors.ts";

const EXCLUSIVE = "exclusiveMutation";

/** Marks a mutation whose answer holds a secret: it must be the only field of its operation. */
export const Exclusive = () => Extensions({ [EXCLUSIVE]: true });

/** Whether the answer of a field can hold a secret. */
export const isExclusive = ({ extensions }: Pick<GraphQLField<unknown, unknown>, "extensions">): boolean =>
  extensions[EXCLUSIVE] === true;

/**
 * Refuses operations in which an exclusive mutation is not the only field, before any field is executed. Mutations run one
 * after the other, so each of them checks the whole operation.
 */
export function enforceExclusiveMutations(schema: GraphQLSchema): void {
  const fields = schema.getMutationType()?.getFields() ?? {};
  const marked = new Set(
    Object.values(fields)
      .filter(isExclusive)
      .map(({ name }) => name),
  );
  if (marked.size === 0) return;
  for (const field of Object.values(fields)) {
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = (source, args, context, info) => {
      const names = rootFields(info.operation.selectionSet, info);
      const exclusive = names.length > 1 ? names.find((name) => marked.has(name)) : undefined;
      if (exclusive === undefined) return resolve(source, args, context, info);
      throw userInputError(`${exclusive}: its answer may hold a secret, so it must be the only field of its operation`);
    };
  }
}

/**
 * Root fields of the operation, each alias separately, skipped ones included: variables must not decide. Each fragment
 * counts once, as in execution; repeated spreads would multiply.
 */
function rootFields({ selections }: SelectionSetNode, info: GraphQLResolveInfo, seen = new Set<string>()): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value.startsWith("__") ? [] : [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, info, seen);
    const name = selection.name.value;
    const fragment = seen.has(name) ? undefined : info.fragments[name];
    seen.add(name);
    return fragment ? rootFields(fragment.selectionSet, info, seen) : [];
  });
}
