import { KoreError } from "../errors.ts";
import { type UnknownEnumValues } from "./unknown-enum-values.ts";

/*
 * KORE's contract marks no field as required, and types one field differently in different places. The decoders accept
 * equivalent forms: an id may be a number, a blank string is null, a missing list is empty. In KORE's samples `""` also stands
 * for an absent object, so it does for a list. Any other form, such as a list in place of a string, is an error that names
 * the field.
 */

/**
 * A string, or null when absent or blank. Numbers become their digits; numbers beyond ±(2^53 - 1) are not exact and break
 * the contract (long integers are strings already, see `parseExactJson`).
 */
export function string(value: unknown, field: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return isBlank(value) ? null : value;
  if (typeof value === "boolean" || (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    return String(value);
  }
  throw contractError(field);
}

/** Most strings begin with a visible character, which is checked faster than by trimming. */
function isBlank(value: string): boolean {
  const first = value.charCodeAt(0);
  return !(first > 0x20 && first < 0x7f) && value.trim() === "";
}

/** A trimmed identifier, or null when absent or blank. */
export function id(value: unknown, field: string): string | null {
  const found = string(value, field);
  return found === null ? null : found.trim();
}

/** A trimmed string that is required. @throws KoreError `contract` when absent or blank */
export function requiredString(value: unknown, field: string): string {
  const found = id(value, field);
  if (found === null) throw contractError(field);
  return found;
}

/** An integer, or null when absent or blank. Strings of digits are accepted. */
export function integer(value: unknown, field: string): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" && isBlank(value)) return null;
  const found = typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof found !== "number" || !Number.isInteger(found)) throw contractError(field);
  return found;
}

/** An integer of any size, or null when absent or blank. `parseExactJson` gives long ones as strings. */
export function bigInteger(value: unknown, field: string): bigint | null {
  const found = id(value, field);
  if (found === null) return null;
  if (typeof value === "boolean" || !/^[+-]?\d+$/.test(found)) throw contractError(field);
  return BigInt(found.replace("+", ""));
}

/** The largest Int of GraphQL. */
const MAX_INT = 2 ** 31 - 1;

/** As {@link integer}, but null when it exceeds GraphQL's Int, or is a fraction: some of KORE's counts have type number. */
export function count(value: unknown, field: string): number | null {
  const found = typeof value === "number" && !Number.isInteger(value) ? null : integer(value, field);
  return found === null || Math.abs(found) > MAX_INT ? null : found;
}

/** A boolean, or null when absent or blank. */
export function boolean(value: unknown, field: string): boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") throw contractError(field);
  const word = value.trim().toLowerCase();
  if (word === "") return null;
  if (word === "true" || word === "false") return word === "true";
  throw contractError(field);
}

/** A list, empty when absent or blank. */
export function list<T>(value: readonly T[] | null | undefined, field: string): readonly T[] {
  if (Array.isArray(value)) return value as readonly T[];
  if (isAbsent(value)) return [];
  throw contractError(field);
}

/**
 * A list of objects, empty when absent or blank.
 *
 * @param keys members that are read
 * @throws KoreError `contract` with the index of a row that is no object, or that has members but none of `keys`
 */
export function rows<T extends object>(
  value: readonly T[] | null | undefined,
  field: string,
  keys?: readonly (keyof T & string)[],
): readonly T[] {
  const found = list(value, field);
  for (let index = 0; index < found.length; index += 1) {
    const row: unknown = found[index];
    if (!isRecord(row) || (keys && isOther(row, keys))) throw contractError(`${field}[${index}]`);
  }
  return found;
}

function isOther(row: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  return !keys.some((key) => key in row) && Object.keys(row).length > 0;
}

/** Identifiers that KORE declares as objects with one member each, such as `msisdns`. Plain strings are accepted. */
export function ids<T extends object>(
  value: readonly T[] | null | undefined,
  field: string,
  key: keyof T & string,
): string[] {
  const found: string[] = [];
  for (const [index, row] of list<unknown>(value, field).entries()) {
    const place = `${field}[${index}]`;
    if (isRecord(row) && isOther(row, [key])) throw contractError(place);
    const one = isRecord(row) ? id(row[key], `${place}.${key}`) : requiredString(row, place);
    if (one !== null) found.push(one);
  }
  return found;
}

/**
 * The list under `key` of a reply; null for a 204, which comes as null.
 *
 * @throws KoreError `contract` for a reply without the list, unless its total is 0: it may be another reply
 */
export function listed<Reply extends object, Key extends keyof Reply & string>(
  reply: Reply | null,
  key: Key,
  operation: string,
  total: number | null = null,
): Reply[Key] | null {
  if (reply === null) return null;
  const found = record(reply, operation)[key];
  if ((found === undefined || found === "") && total !== 0) throw contractError(`${operation}.${key}`);
  return found;
}

/** @throws KoreError `contract` for an empty first page although KORE states a total or further pages */
export function firstPage<Page extends { items: readonly unknown[]; total: number | null; more: boolean | null }>(
  page: Page,
  field: string,
): Page {
  if (page.items.length === 0 && ((page.total ?? 0) > 0 || page.more === true)) throw contractError(field);
  return page;
}

/** An object. @throws KoreError `contract` for anything else */
export function record<T extends object>(value: T | null | undefined, field: string): T {
  if (isRecord(value)) return value;
  throw contractError(field);
}

/** An object within a reply, or null when absent or blank. @throws KoreError `contract` for anything else */
export function optionalRecord<T extends object>(value: T | null | undefined, field: string): T | null {
  return isAbsent(value) ? null : record(value, field);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && isBlank(value));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error for a field that cannot be decoded. */
export function contractError(field: string): KoreError {
  return new KoreError("contract", `KORE's reply breaks its contract at ${field}`, {
    operation: `reading ${field}`,
    field,
  });
}

/** The form that {@link toIsoDate} makes of others, and that nearly all dates have. */
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Year, month, day, then time and zone, in the forms that {@link date} lists. */
const NUMERIC_DATE = /^(\d{4})[-:](\d\d)[-:](\d\d)(?:[T :](\d\d):(\d\d):(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i;
const HTTP_DATE = /^[a-z]{3}, (\d{1,2}) ([a-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC)$/i;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The limits of .NET's DateTime, which KORE uses for "not set" and "not ended", with any time of day. */
const NOT_SET = /^(?:0001-01-01|9999-12-31)/;

/**
 * An instant. Null when absent, not set, in an unknown form, or a date that does not exist; the last two are reported to
 * `unknown`. Dates without a zone are read as UTC: their names end in -utc, or KORE states no zone. Forms:
 * 2023-02-23T11:20:04.077Z, 2022-10-24T00:00:00, 2022-10-24, 2022-10-24:00:00:00 and 2022:10:24:00:00:00 (patterns in
 * KORE's descriptions), and HTTP dates.
 */
export function date(value: unknown, field: string, unknown?: UnknownEnumValues): Date | null {
  const given = id(value, field);
  if (given === null) return null;
  const iso = ISO_DATE.test(given) ? given : toIsoDate(given);
  if (iso !== undefined && NOT_SET.test(iso)) return null;
  const parsed = iso !== undefined && exists(iso) ? new Date(iso) : undefined;
  if (parsed && !Number.isNaN(parsed.getTime())) return parsed;
  unknown?.observe(field, given);
  return null;
}

function toIsoDate(given: string): string | undefined {
  const numeric = NUMERIC_DATE.exec(given);
  if (numeric) {
    const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = numeric;
    return `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${zone}`;
  }
  const [, day = "", name = "", year, hour, minute, second] = HTTP_DATE.exec(given) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase()) + 1;
  if (month === 0) return undefined;
  return `${year}-${String(month).padStart(2, "0")}-${day.padStart(2, "0")}T${hour}:${minute}:${second}Z`;
}

/** `Date` reads 30 February as 2 March, and 24:00 as the next day. */
function exists(iso: string): boolean {
  const day = Number(iso.slice(8, 10));
  if (day < 1 || iso.startsWith("24", 11)) return false;
  return day <= 28 || day <= daysOf(Number(iso.slice(0, 4)), Number(iso.slice(5, 7)));
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/**
 * The member for KORE's spelling of an enum value.
 *
 * @param table members by spelling, in lower case with single blanks; exact spellings are found first
 * @returns null when absent; "UNKNOWN", reported to `unknown`, for a value outside the table
 */
export function enumValue<Member>(
  value: unknown,
  table: Readonly<Record<string, Member>>,
  field: string,
  unknown: UnknownEnumValues,
): Member | "UNKNOWN" | null {
  const given = string(value, field);
  if (given === null) return null;
  if (Object.hasOwn(table, given)) return table[given] as Member;
  const word = given.trim().toLowerCase().replace(/\s+/g, " ");
  if (Object.hasOwn(table, word)) return table[word] as Member;
  unknown.observe(field, given);
  return "UNKNOWN";
}
