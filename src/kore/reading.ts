import { KoreError } from "./error.ts";
import { type UnknownValues } from "./unknown-values.ts";

/*
 * KORE's contract marks no field as required and gives the same thing different types in different places. These
 * readers take what is meant: an id may come as a number, a blank text is none, a missing list is empty. A shape that
 * cannot be meant (a list where a text belongs) is a named error instead of a TypeError somewhere else.
 */

/** A text, or null when absent or blank. Numbers become their digits. */
export function text(value: unknown, field: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return isBlank(value) ? null : value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw broken(field);
}

/** Most texts begin with what can be seen, which is found out faster than by trimming. */
function isBlank(value: string): boolean {
  const first = value.charCodeAt(0);
  return !(first > 0x20 && first < 0x7f) && value.trim() === "";
}

/** A text that must be there, such as an id that everything else hangs on. */
export function requiredText(value: unknown, field: string): string {
  const found = text(value, field);
  if (found === null) throw broken(field);
  return found;
}

/** A whole number, or null when absent or blank. Digits in a text count. */
export function integer(value: unknown, field: string): number | null {
  if (value === undefined || value === null || value === "") return null;
  const found = typeof value === "string" ? Number(value) : value;
  if (typeof found !== "number" || !Number.isInteger(found)) throw broken(field);
  return found;
}

/** A flag, or null when absent. */
export function flag(value: unknown, field: string): boolean | null {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "boolean") return value;
  if (typeof value === "string" && /^(true|false)$/i.test(value)) return value.toLowerCase() === "true";
  throw broken(field);
}

/** A list, empty when absent. */
export function list<T>(value: readonly T[] | null | undefined, field: string): readonly T[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value as readonly T[];
  throw broken(field);
}

/** An object, as it is. */
export function record<T extends object>(value: T | null | undefined, field: string): T {
  if (isRecord(value)) return value;
  throw broken(field);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function broken(field: string): KoreError {
  return new KoreError("contract", `KORE's reply breaks its contract at ${field}`, { operation: `reading ${field}` });
}

/**
 * A UTC instant out of KORE's date texts, or null when absent or in no known form. Zone-less ones are taken as UTC:
 * their names end in -utc, or KORE states no zone. Forms: 2023-02-23T11:20:04.077Z, 2022-10-24T00:00:00, 2022-10-24,
 * 2022-10-24:00:00:00 and 2022:10:24:00:00:00 (patterns in KORE's descriptions), and HTTP dates.
 */
export function instant(value: unknown, field: string): Date | null {
  const given = text(value, field)?.trim();
  if (given === undefined) return null;
  const parts = /^(\d{4})[-:](\d\d)[-:](\d\d)(?:[T :](\d\d):(\d\d):(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i.exec(given);
  if (parts) {
    const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = parts;
    return valid(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${zone}`);
  }
  // An HTTP date names its weekday and month, so no order of digits has to be guessed.
  return /^[A-Za-z]{3}, \d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d:\d\d (GMT|UTC)$/.test(given) ? valid(given) : null;
}

function valid(date: string): Date | null {
  const parsed = new Date(date);
  return Number.isNaN(parsed.getTime()) ? null : parsed;
}

/**
 * The member of ours that stands for KORE's text, by a table of its spellings in lower case with single blanks, and of
 * those that are to be found at once. `null` when absent; `"UNKNOWN"`, noted, when KORE says something that the table
 * does not have.
 */
export function choice<Member>(
  value: unknown,
  table: Readonly<Record<string, Member>>,
  field: string,
  unknown: UnknownValues,
): Member | "UNKNOWN" | null {
  const given = text(value, field);
  if (given === null) return null;
  if (Object.hasOwn(table, given)) return table[given] as Member;
  const word = given.trim().toLowerCase().replace(/\s+/g, " ");
  if (Object.hasOwn(table, word)) return table[word] as Member;
  unknown.note(field, given);
  return "UNKNOWN";
}
