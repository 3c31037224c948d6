import { type GraphQLScalarType, Kind } from "graphql";
import { describe, expect, test } from "vitest";
import {
  BigInteger,
  CalendarDate,
  DateTime,
  EmailAddress,
  Imsi,
  Msisdn,
  explainNotFound,
  idScalars,
} from "../../src/graph/scalars.ts";

const scalar = (name: string, checks: "explain" | "strict" = "explain") => {
  const found = idScalars(checks)
    .map((entry) => entry.scalar)
    .find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
};
const refusal = (of: GraphQLScalarType, value: unknown): string => {
  try {
    of.parseValue(value);
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
};

test.each<[GraphQLScalarType, ...string[]]>([
  [scalar("ICCID"), "8901260882305063816", "890126088230506381", "1234567890123456789012"],
  [scalar("EID"), "89049032000001000000012345678901"],
  [scalar("IMEI"), "35693803564380", "356938035643809", "3569380356438099"],
  [Imsi, "310260123456789"],
  [Msisdn, "15551234567", "+15551234567"],
])("%s accepts values of its form, with any check digit", (type, ...values) => {
  for (const value of values) expect(type.parseValue(value)).toBe(value);
  for (const value of values) expect(type.parseLiteral({ kind: Kind.STRING, value })).toBe(value);
});

test.each([
  [scalar("ICCID"), "8".repeat(17), "ICCID must be 18 to 22 digits or letters; this has 17"],
  [scalar("ICCID"), "8".repeat(23), "ICCID must be 18 to 22 digits or letters; this has 23"],
  [scalar("ICCID"), "89 01260882305063816", "ICCID must be 18 to 22 digits or letters; character 3 is none"],
  [scalar("ICCID"), "89012608823050638١6", "ICCID must be 18 to 22 digits or letters; character 18 is none"],
  [scalar("ICCID"), "", "ICCID must be 18 to 22 digits or letters; this has 0"],
  [scalar("EID"), "8".repeat(31), "EID must be 32 digits; this has 31"],
  [scalar("IMEI"), "8".repeat(17), "IMEI must be 14 to 16 digits; this has 17"],
  [Imsi, "+310260123456789", "IMSI must be 6 to 15 digits; character 1 is none"],
  [Msisdn, "+", "MSISDN must be 5 to 15 digits; this has 0"],
  [Msisdn, null, "MSISDN must be a text of 5 to 15 digits"],
  [DateTime, "yesterday", "DateTime must be an instant by RFC 3339, such as 2026-01-31T12:00:00Z"],
  [CalendarDate, "2026-02-30", "Date must be a day that exists, such as 2026-01-31"],
  [EmailAddress, "ops.example.com", "EmailAddress must be an e-mail address"],
])("%s refuses %j by its rule, without the value", (type, value, message) => {
  expect(refusal(type, value)).toBe(message);
});

test("a whole number of any size is a text of its digits, and nothing else is one", () => {
  expect([0n, -1n, 2n ** 64n].map((value) => BigInteger.serialize(value))).toEqual(["0", "-1", "18446744073709551616"]);
  for (const value of [1, "1", null]) expect(() => BigInteger.serialize(value)).toThrow("BigInt");
});

describe("Check digits", () => {
  test("that are wrong are refused where that is asked for", () => {
    expect(refusal(scalar("ICCID", "strict"), "8901260882305063816")).toMatch(/check digit is wrong/);
    expect(refusal(scalar("EID", "strict"), "89049032000001000000012345678901")).toMatch(/check digit is wrong/);
    expect(refusal(scalar("IMEI", "strict"), "356938035643800")).toMatch(/check digit is wrong/);
    expect(refusal(scalar("IMEI", "strict"), "35693803564380")).toBe("accepted");
  });

  test("B8.10 of ICCIDs are of their digits: a filling F is left out, and with other letters there is none", () => {
    for (const iccid of ["89014103211118510720", "89014103211118510720F", "8986002019N840021907"]) {
      expect(refusal(scalar("ICCID", "strict"), iccid)).toBe("accepted");
      expect(explainNotFound("ICCID", iccid)).toBeUndefined();
    }
    expect(refusal(scalar("ICCID", "strict"), "89014103211118510721F")).toMatch(/check digit is wrong/);
  });

  test("that are right explain nothing", () => {
    expect(explainNotFound("ICCID", "79927398713")).toBeUndefined(); // the example of the Luhn rule
    expect(explainNotFound("ICCID", "79927398710")).toMatch(/check digit is wrong/);
    expect(explainNotFound("EID", "89049032123451234512345678901235")).toBeUndefined(); // the example of SGP.02
    expect(explainNotFound("EID", "89049032123451234512345678901253")).toMatch(/check digit is wrong/);
  });
});

test("output is never checked", () => {
  expect(scalar("ICCID").serialize("whatever KORE says")).toBe("whatever KORE says");
});
