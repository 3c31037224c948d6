import { Refusal } from "./reply.ts";

/** A body that KORE would refuse with 400. */
export class InvalidInput extends Refusal {
  constructor(message: string) {
    super(400, message);
  }
}

export function object(value: unknown, name: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InvalidInput(`${name} must be an object`);
}

export function onlyKeys(value: Record<string, unknown>, known: readonly string[], name: string): void {
  const stray = Object.keys(value).find((key) => !known.includes(key));
  if (stray !== undefined) throw new InvalidInput(`${name} does not take ${stray}`);
}

/** null when it is left out. */
export function text(value: Record<string, unknown>, key: string): string | null {
  const found = value[key];
  if (found === undefined) return null;
  if (typeof found === "string" && found !== "") return found;
  throw new InvalidInput(`${key} must be a text that is not empty`);
}

export function requiredText(value: Record<string, unknown>, key: string): string {
  const found = text(value, key);
  if (found === null) throw new InvalidInput(`${key} is required`);
  return found;
}

export function oneOf<T extends string>(value: unknown, allowed: readonly T[], name: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new InvalidInput(`${name} must be one of ${allowed.join(", ")}`);
  return found;
}

export function list(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new InvalidInput(`${name} must be a list`);
}
