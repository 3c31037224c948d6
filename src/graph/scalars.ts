import { type ASTNode, GraphQLError, GraphQLScalarType, Kind } from "graphql";
import { GraphQLDateTime, GraphQLEmailAddress, GraphQLLocalDate } from "graphql-scalars";
import { type BuildSchemaOptions } from "type-graphql";

/** Effect of a wrong check digit: explain a not-found, or refuse the value. */
export type IdChecks = "explain" | "strict";

/*
 * Placeholders of scalars in type declarations. The schema replaces them, since the rule for check digits is configuration.
 */
export class Iccid {}
export class Eid {}
export class Imei {}

/** The weighted sum of a number's digits that ends in 0 when its last digit is right (ISO/IEC 7812-1, "Luhn"). */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

/** GSMA SGP.02: an EID as a number leaves 1 when divided by 97. */
function passesEid(digits: string): boolean {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

const WRONG_CHECK = "check digit is wrong: a typing error?";

interface DigitRule {
  name: string;
  description: string;
  min: number;
  max: number;
  /** Whether letters are allowed among the digits. */
  letters?: boolean;
  /** Whether the check digit is right; true where there is none. */
  check?: (digits: string) => boolean;
  plus?: boolean;
}

const ICCID: DigitRule = {
  name: "ICCID",
  description:
    "Number printed on a SIM (ITU-T E.118): 18 to 22 digits, usually 19 or 20, the last one a check digit. Some systems pad it with F, and some operators use letters: both are accepted.",
  min: 18,
  max: 22,
  letters: true,
  check: passesIccid,
};

/** ICCIDs with letters other than trailing F have no known check digit. */
function passesIccid(iccid: string): boolean {
  const digits = iccid.replace(/F+$/i, "");
  return /\D/.test(digits) || passesLuhn(digits);
}

const EID: DigitRule = {
  name: "EID",
  description: "Number of an eSIM (GSMA SGP.02): 32 digits, the last two check digits.",
  min: 32,
  max: 32,
  check: passesEid,
};

const IMEI: DigitRule = {
  name: "IMEI",
  description: "Number of a device (3GPP TS 23.003): 14 digits, 15 with the check digit, 16 with a software version.",
  min: 14,
  max: 16,
  check: (digits) => digits.length !== 15 || passesLuhn(digits),
};

export const Imsi = digits({
  name: "IMSI",
  description: "Number of a subscriber in the network (ITU-T E.212): country, network and subscriber, up to 15 digits.",
  min: 6,
  max: 15,
});

export const Msisdn = digits({
  name: "MSISDN",
  description: "Phone number (ITU-T E.164): up to 15 digits, country code first; a leading + is allowed.",
  min: 5,
  max: 15,
  plus: true,
});

/** An instant in UTC. */
export const DateTime = withoutEcho(GraphQLDateTime, {
  format: "date-time",
  description: "Instant in UTC by RFC 3339, such as 2026-01-31T12:00:00Z.",
  rule: "must be an instant by RFC 3339, such as 2026-01-31T12:00:00Z",
});

/** A day, as text. Named `Date` in the schema. */
export const CalendarDate = withoutEcho(GraphQLLocalDate, {
  name: "Date",
  format: "date",
  description: "Day without a time, such as 2026-01-31.",
  rule: "must be a day that exists, such as 2026-01-31",
});

/** For output. Numbers beyond 2^53 would be rounded by most JSON parsers. */
export const BigInteger = new GraphQLScalarType<bigint, string>({
  name: "BigInt",
  description: "Whole number of any size, as text, such as `172769726373`.",
  extensions: jsonSchema({ pattern: "^-?[0-9]+$" }),
  serialize(value) {
    if (typeof value === "bigint") return value.toString();
    throw new GraphQLError("BigInt cannot represent a value that is no bigint");
  },
});

export const EmailAddress = withoutEcho(GraphQLEmailAddress, {
  format: "email",
  description: "E-mail address by the HTML specification.",
  rule: "must be an e-mail address",
});

/** The scalars behind {@link Iccid}, {@link Eid} and {@link Imei}. */
export function idScalars(checks: IdChecks): NonNullable<BuildSchemaOptions["scalarsMap"]> {
  return [
    { type: Iccid, scalar: digits(ICCID, checks) },
    { type: Eid, scalar: digits(EID, checks) },
    { type: Imei, scalar: digits(IMEI, checks) },
  ];
}

/** Explains a not-found ICCID or EID by its wrong check digit; undefined: the digit is right. */
export function explainNotFound(kind: "ICCID" | "EID", value: string): string | undefined {
  const { check } = kind === "ICCID" ? ICCID : EID;
  return check?.(value) === false ? `No SIM with this ${kind}; its ${WRONG_CHECK}` : undefined;
}

/** A number as text. Input is trimmed, validated and never echoed; output is KORE's value, unchanged. */
function digits(rule: DigitRule, checks: IdChecks = "explain"): GraphQLScalarType<string, unknown> {
  const { name, description, min, max, letters = false, check, plus = false } = rule;
  const length = `${min === max ? min : `${min} to ${max}`} ${letters ? "digits or letters" : "digits"}`;
  const other = letters ? /[^0-9a-z]/i : /[^0-9]/;

  const parse = (value: unknown, node?: ASTNode): string => {
    const refuse = (why: string) => refused(name, why, node);
    if (typeof value !== "string") throw refuse(`must be a text of ${length}`);
    const trimmed = value.trim();
    const given = plus && trimmed.startsWith("+") ? trimmed.slice(1) : trimmed;
    const invalid = given.search(other);
    if (invalid >= 0) throw refuse(`must be ${length}; character ${invalid + 1} is none`);
    if (given.length < min || given.length > max) throw refuse(`must be ${length}; this has ${given.length}`);
    if (checks === "strict" && check?.(given) === false) throw refuse(WRONG_CHECK);
    return trimmed;
  };
  return new GraphQLScalarType({
    name,
    description,
    extensions: jsonSchema({ pattern: `^${plus ? "\\+?" : ""}[0-9${letters ? "A-Za-z" : ""}]{${min},${max}}$` }),
    serialize: (value) => value,
    parseValue: (value) => parse(value),
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined, node),
  });
}

/** A scalar of graphql-scalars whose errors state the rule and do not echo the value. */
function withoutEcho(
  scalar: GraphQLScalarType,
  {
    description,
    rule,
    format,
    name = scalar.name,
  }: { description: string; rule: string; format: string; name?: string },
): GraphQLScalarType {
  const { specifiedByURL } = scalar;
  const serialize = (value: unknown) => {
    const serialized: unknown = scalar.serialize(value);
    return serialized instanceof Date ? serialized.toISOString() : serialized; // `JSON.stringify` takes twice as long.
  };
  const parseWithoutEcho = (parse: () => unknown, place?: ASTNode): unknown => {
    try {
      return parse();
    } catch {
      throw refused(name, rule, place);
    }
  };
  return new GraphQLScalarType({
    name,
    description,
    specifiedByURL,
    extensions: jsonSchema({ format }),
    serialize,
    parseValue: (value) => parseWithoutEcho(() => scalar.parseValue(value)),
    parseLiteral: (node) => parseWithoutEcho(() => scalar.parseLiteral(node), node),
  });
}

/** The JSON Schema of a scalar's values, as the extension that graphql-scalars has. */
function jsonSchema(rule: { pattern: string } | { format: string }) {
  return { jsonSchema: { type: "string", ...rule } };
}

/** `place`: the literal, if the value is one. */
function refused(scalar: string, rule: string, place?: ASTNode): GraphQLError {
  return new GraphQLError(`${scalar} ${rule}`, { nodes: place ?? null, extensions: { code: "BAD_USER_INPUT" } });
}
