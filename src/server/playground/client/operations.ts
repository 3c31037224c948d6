import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  parse,
  visit,
} from "graphql";
import type { PlaygroundOptions } from "../index.ts";

/** `confirmed`: the mutation requires a `confirm`. `real`: any other write against live KORE. */
export type Danger = "confirmed" | "real";

export const DANGERS: Readonly<Record<Danger, { label: string; text: string }>> = {
  confirmed: {
    label: "dangerous",
    text: "Dangerous: nothing undoes a run. That is why it requires a confirmation among its arguments.",
  },
  real: { label: "real write", text: "This is live KORE: a run changes real SIMs or API clients, and may be billed." },
};

/** Its operation's name as GraphiQL's tab shows it. */
export function nameOf(query: string): string {
  return operationIn(parsed(query))?.name?.value ?? "<untitled>";
}

/** The comment above an operation, on one line, without code marks. */
export function descriptionOf(query: string): string {
  const lines = query.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("#"));
  return lines
    .slice(0, Math.max(end, 0))
    .map((line) => line.replace(/^#\s*/, ""))
    .join(" ")
    .replaceAll("`", "");
}

export function isLive(query: string): boolean {
  return operationIn(parsed(query))?.operation === OperationTypeNode.SUBSCRIPTION;
}

export function usesVariable(query: string, name: string): boolean {
  return operationIn(parsed(query))?.variableDefinitions?.some(({ variable }) => variable.name.value === name) ?? false;
}

/** How a run of these operations is marked. A text that cannot be parsed has no mark. */
export function dangerOf(
  query: string,
  { mode, confirmedMutations }: Pick<PlaygroundOptions, "mode" | "confirmedMutations">,
): Danger | undefined {
  const document = parsed(query);
  const writes = operationsIn(document).filter((one) => isMutation(one) && !isRehearsal(one));
  if (!document || writes.length === 0) return undefined;
  const fields: string[] = []; // Those of fragments, too.
  visit(document, { Field: ({ name }) => void fields.push(name.value) });
  if (fields.some((name) => confirmedMutations.includes(name))) return "confirmed";
  return mode === "live" ? "real" : undefined;
}

/** Whether `dryRun: true` is written into each of the document's mutations. */
export function isRehearsalOnly(query: string): boolean {
  const mutations = operationsIn(parsed(query)).filter(isMutation);
  return mutations.length > 0 && mutations.every(isRehearsal);
}

function isMutation({ operation }: OperationDefinitionNode): boolean {
  return operation === OperationTypeNode.MUTATION;
}

function isRehearsal({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every(isDryRun);
}

function isDryRun(selection: SelectionNode): boolean {
  if (selection.kind !== Kind.FIELD) return false;
  return (selection.arguments ?? []).some(
    ({ value }) =>
      value.kind === Kind.OBJECT && value.fields.some((field) => field.name.value === "dryRun" && isTrue(field.value)),
  );
}

function isTrue(value: { kind: Kind; value?: unknown }): boolean {
  return value.kind === Kind.BOOLEAN && value.value === true;
}

function operationIn(document: DocumentNode | undefined): OperationDefinitionNode | undefined {
  return operationsIn(document)[0];
}

export function operationsIn(document: DocumentNode | undefined): OperationDefinitionNode[] {
  return (document?.definitions ?? []).filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
}

function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query, { noLocation: true });
  } catch {
    return undefined; // It is being typed.
  }
}
