import { CriticalityLevel, diff } from "@graphql-inspector/core";
import {
  type GraphQLSchema,
  Kind,
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from "graphql";

/** A change by which an operation or a supergraph that was valid may not be any more. */
interface BreakingChange {
  /** The schema coordinate, such as `Query.account` or `SimState.ACTIVE`. */
  coordinate: string;
  message: string;
}

const parsed = (sdl: string) => buildSchema(sdl, { assumeValidSDL: true });

/** Changes of a subgraph's SDL. */
export async function breakingChanges(released: string, current: string): Promise<BreakingChange[]> {
  const [before, after] = [parsed(released), parsed(current)];
  const changes = await diff(before, after);
  return [
    ...changes
      .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
      .map(({ path = "", message }) => ({ coordinate: path, message })),
    ...removedKeys(before, after),
  ];
}

/** Keys by which other subgraphs refer to entities. */
function removedKeys(before: GraphQLSchema, after: GraphQLSchema): BreakingChange[] {
  return Object.values(before.getTypeMap()).flatMap(({ name }) => {
    if (!isObjectType(after.getType(name))) return []; // The type was removed.
    const kept = keysOf(after, name);
    const removed = keysOf(before, name).filter((key) => !kept.includes(key));
    return removed.map((key) => ({ coordinate: name, message: `Key '${key}' was removed from entity '${name}'` }));
  });
}

function keysOf(schema: GraphQLSchema, name: string): string[] {
  const keys = schema.getType(name)?.astNode?.directives?.filter((directive) => directive.name.value === "key") ?? [];
  return keys.map(({ arguments: [fields] = [] }) => (fields?.value.kind === Kind.STRING ? fields.value.value : ""));
}

/** Coordinates that the newest section of a changelog names in code under "Breaking". */
export function announcedBreaks(changelog: string): ReadonlySet<string> {
  const newest = /^## .*$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(changelog)?.[1] ?? "";
  const section = /^### Breaking$([\s\S]*?)(?=^###? |$(?![\s\S]))/m.exec(newest)?.[1] ?? "";
  return new Set([...section.matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => name));
}

/** Coordinates of what is deprecated without a reason that names the date of its removal. */
export function undatedDeprecations(sdl: string): string[] {
  const found: string[] = [];
  const check = (
    coordinate: string,
    { deprecationReason: reason }: { deprecationReason?: string | null | undefined },
  ) => {
    const date = /\b\d{4}-\d{2}-\d{2}\b/.exec(reason ?? "")?.[0];
    const isDated = date !== undefined && !Number.isNaN(Date.parse(date)) && (reason?.length ?? 0) > 20;
    if (reason !== undefined && reason !== null && !isDated) found.push(coordinate);
  };
  for (const type of Object.values(parsed(sdl).getTypeMap())) {
    if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      check(`${type.name}.${field.name}`, field);
      for (const arg of field.args) check(`${type.name}.${field.name}.${arg.name}`, arg);
    }
  }
  return found;
}
