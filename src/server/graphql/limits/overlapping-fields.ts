import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from "graphql";

/**
 * Pairs of fields with one response name in one selection that a document may have. graphql-js (OverlappingFieldsCanBeMerged)
 * compares all pairs, also of nested fields: 490 copies of `accounts { id }` are 240,000 pairs and took half a second. A
 * hundred copies of one field are 4,950.
 */
export const MAX_PAIRS = 5000;

/** Above the limit of depth: ends cycles of fragments. */
const MAX_DEPTH = 40;

/** Fields after which counting stops: another rule refuses documents of this size. */
const MAX_FIELDS = 20_000;

/** Whether a document has more than {@link MAX_PAIRS} pairs, with its fragments expanded. */
export function hasTooManyPairs(document: DocumentNode): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  let pairs = 0;
  let fields = 0;

  const count = (sets: readonly SelectionSetNode[], depth: number): void => {
    const byName = new Map<string, { copies: number; below: SelectionSetNode[] }>();
    const spread = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          collect(selection.selectionSet);
        } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
          const fragment = fragments.get(selection.name.value);
          if (!fragment || spread.has(selection.name.value)) continue;
          spread.add(selection.name.value);
          collect(fragment.selectionSet);
        } else {
          const name = (selection.alias ?? selection.name).value;
          const same = byName.get(name) ?? { copies: 0, below: [] };
          pairs += same.copies;
          fields += 1;
          same.copies += 1;
          if (selection.selectionSet) same.below.push(selection.selectionSet);
          byName.set(name, same);
        }
      }
    };
    sets.forEach(collect);
    for (const { below } of byName.values()) {
      if (pairs > MAX_PAIRS || fields > MAX_FIELDS || depth > MAX_DEPTH) return;
      if (below.length > 0) count(below, depth + 1);
    }
  };
  for (const one of document.definitions) if ("selectionSet" in one) count([one.selectionSet], 1);
  return pairs > MAX_PAIRS;
}
