import { KoreError } from "../errors.ts";
import { type UnknownEnumValues } from "./unknown-enum-values.ts";

/*
 * KORE's contract marks no field as required and gives the same thing different types in different places. These
 * readers take what is meant: an id may come as a number, a blank text is none, a missing list is empty. A shape that
 * cannot be meant (a list where a text belongs) is a named error instead of a TypeError somewhere else.
 */

/**
 * A text, or null when absent or blank. Numbers become their digits; those beyond ±(2^53 - 1) are not exact (longer ones
 * come as texts, see `parseExactJson`) and break the contract.
 */
export function string(value: unknown, field: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return isBlank(value) ? null : value;
  if (typeof value === "boolean" || (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    return String(value);
  }
  throw contractError(field);
}

/** Most texts begin with what can be seen, which is found out faster than by trimming. */
function isBlank(value: string): boolean {
  const first = value.charCodeAt(0);
  return !(first > 0x20 && first < 0x7f) && value.trim() === "";
}

/** An identifier without blanks around it, or null when absent or blank. */
export function id(value: unknown, field: string): string | null {
  const found = string(value, field);
  return found === null ? null : found.trim();
}

/** A text that must be there, such as an identifier that everything else depends on, without blanks around it. */
export function requiredString(value: unknown, field: string): string {
  const found = id(value, field);
  if (found === null) throw contractError(field);
  return found;
}

/** A whole number, or null when absent or blank. Digits in a text count. */
export function integer(value: unknown, field: string): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" && isBlank(value)) return null;
  const found = typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof found !== "number" || !Number.isInteger(found)) throw contractError(field);
  return found;
}

/** The most that an Int of GraphQL holds. */
const MAX_INT = 2 ** 31 - 1;

/** As {@link integer}, for what the graph shows as Int: null when an Int cannot hold it. */
export function count(value: unknown, field: string): number | null {
  const found = integer(value, field);
  return found === null || Math.abs(found) > MAX_INT ? null : found;
}

/** A flag, or null when absent or blank. */
export function boolean(value: unknown, field: string): boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") throw contractError(field);
  const word = value.trim().toLowerCase();
  if (word === "") return null;
  if (word === "true" || word === "false") return word === "true";
  throw contractError(field);
}

/** A list, empty when absent. */
export function list<T>(value: readonly T[] | null | undefined, field: string): readonly T[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value as readonly T[];
  throw contractError(field);
}

/**
 * A list of objects, empty when absent. `keys`: the members that are read of each.
 *
 * @throws KoreError "contract" with the place of a row that is no object, or that has members but none of `keys`
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

/** Identifiers that KORE declares as objects with one member each, such as `msisdns`. Bare ones are taken as well. */
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
 * Rows of a reply that holds a list under `key`. None for a 204, which comes as null.
 *
 * @throws KoreError "contract" for a reply without the list: it may be about something else. Only a total of 0 excuses it.
 */
export function listed<Reply extends object, Key extends keyof Reply & string>(
  reply: Reply | null,
  key: Key,
  operation: string,
  total: number | null = null,
): Reply[Key] | null {
  if (reply === null) return null;
  const found = record(reply, operation)[key];
  if (found === undefined && total !== 0) throw contractError(`${operation}.${key}`);
  return found;
}

/** @throws KoreError "contract" for the first page of a list that has no items though KORE states that there are some */
export function firstPage<Page extends { items: readonly unknown[]; total: number | null; more: boolean | null }>(
  page: Page,
  field: string,
): Page {
  if (page.items.length === 0 && ((page.total ?? 0) > 0 || page.more === true)) throw contractError(field);
  return page;
}

/** An object, as it is. */
export function record<T extends object>(value: T | null | undefined, field: string): T {
  if (isRecord(value)) return value;
  throw contractError(field);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @returns the error that names a field which cannot be read */
export function contractError(field: string): KoreError {
  return new KoreError("contract", `KORE's reply breaks its contract at ${field}`, {
    operation: `reading ${field}`,
    field,
  });
}

/** Year, month, day, then time and zone, in the forms that {@link date} lists. */
const NUMERIC_DATE = /^(\d{4})[-:](\d\d)[-:](\d\d)(?:[T :](\d\d):(\d\d):(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i;
const HTTP_DATE = /^[a-z]{3}, (\d{1,2}) ([a-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC)$/i;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Any time of these days means "not set", and as an end "not ended": they are the ends of .NET's DateTime. */
const NOT_SET = /^(?:0001-01-01|9999-12-31)/;

/**
 * A UTC instant out of KORE's date texts. Null when absent, not set, in no known form, or on a day or at a time that
 * does not exist; the last two are noted. Zone-less ones are taken as UTC: their names end in -utc, or KORE states no
 * zone. Forms: 2023-02-23T11:20:04.077Z, 2022-10-24T00:00:00, 2022-10-24, 2022-10-24:00:00:00 and 2022:10:24:00:00:00
 * (patterns in KORE's descriptions), and HTTP dates.
 */
export function date(value: unknown, field: string, unknown?: UnknownEnumValues): Date | null {
  const given = id(value, field);
  if (given === null) return null;
  const iso = toIsoDate(given);
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

/** `Date` takes 30 February for 2 March, and 24:00 for the next day. */
function exists(iso: string): boolean {
  const [year, month, day] = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10)].map(Number) as [
    number,
    number,
    number,
  ];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day >= 1 && day <= days && iso.slice(11, 13) !== "24";
}

/**
 * The member of ours that stands for KORE's text, by a table of its spellings in lower case with single blanks, and of
 * those that are to be found at once. `null` when absent; `"UNKNOWN"`, noted, when KORE says something that the table
 * does not have.
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
