import {
  type ASTNode,
  type FragmentDefinitionNode,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from "graphql";
import { MAX_PAIRS, hasTooManyPairs } from "./overlapping-fields.ts";
import { type SizeLimits, sizeErrors } from "./document-size.ts";

/**
 * Refuses documents that are too large for graphql-js' rules, or on which those throw. Rules visit a document in parallel;
 * after a refusal this one passes an empty document to the others.
 */
export function documentRule(limits: SizeLimits): ValidationRule {
  return (context) => ({
    Document(document) {
      const refusals = [...sizeErrors(context, limits), ...conditionsAtRoots(context)];
      if (refusals.length === 0 && hasTooManyPairs(document)) {
        const message = `Fields of one name in one place, fragments written out: at most ${MAX_PAIRS} pairs in one document`;
        refusals.push(new GraphQLError(message, { nodes: document.definitions[0] ?? document }));
      }
      if (refusals.length === 0) return undefined;
      for (const refusal of refusals) context.reportError(refusal);
      return { ...document, definitions: [] };
    },
  });
}

const CONDITIONS: ReadonlySet<string> = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);

/**
 * Conditions at the root of a subscription, whose one root field must not depend on variables (specification, 5.2.4.1).
 * graphql-js' rule evaluates conditions without variables, and throws.
 */
function conditionsAtRoots(context: ValidationContext): GraphQLError[] {
  const found: ASTNode[] = [];
  const spread = new Set<FragmentDefinitionNode>();
  const look = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      found.push(...(selection.directives ?? []).filter(({ name }) => CONDITIONS.has(name.value)));
      if (selection.kind === Kind.INLINE_FRAGMENT) look(selection.selectionSet);
      if (selection.kind !== Kind.FRAGMENT_SPREAD) continue;
      const fragment = context.getFragment(selection.name.value);
      if (!fragment || spread.has(fragment)) continue;
      spread.add(fragment);
      look(fragment.selectionSet);
    }
  };
  for (const one of context.getDocument().definitions) {
    const isLive = one.kind === Kind.OPERATION_DEFINITION && one.operation === OperationTypeNode.SUBSCRIPTION;
    if (isLive) look(one.selectionSet);
  }
  return found.map(
    (node) => new GraphQLError("@skip and @include cannot stand at the root of a subscription", { nodes: node }),
  );
}
