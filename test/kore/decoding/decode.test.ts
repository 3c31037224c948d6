import { describe, expect, test } from "vitest";
import { UnknownEnumValues, decode } from "../../../src/kore/index.ts";

describe("Dates", () => {
  test.each([
    ["2023-02-23T11:20:04.077Z", "2023-02-23T11:20:04.077Z"],
    ["2023-02-23T11:20:04Z", "2023-02-23T11:20:04.000Z"],
    ["2023-02-23T11:20:04.1234567Z", "2023-02-23T11:20:04.123Z"],
    ["2022-10-24T00:00:00", "2022-10-24T00:00:00.000Z"],
    ["2022-10-24", "2022-10-24T00:00:00.000Z"],
    ["2022-10-24:13:14:15", "2022-10-24T13:14:15.000Z"],
    ["2022:10:24:13:14:15", "2022-10-24T13:14:15.000Z"],
    ["2022-10-24 13:14:15", "2022-10-24T13:14:15.000Z"],
    ["2022-10-24T13:14:15+02:00", "2022-10-24T11:14:15.000Z"],
    ["Fri, 05 Apr 2024 11:08:14 GMT", "2024-04-05T11:08:14.000Z"],
  ])("%s is an instant in UTC", (text, iso) => {
    expect(decode.date(text, "f")?.toISOString()).toBe(iso);
  });

  test.each(["", "  ", null, undefined, "soon", "04/05/2024", "2022-13-45", "2022-10-24T25:00:00"])(
    "%s is null",
    (text) => expect(decode.date(text, "f")).toBeNull(),
  );
});

describe("Integers of any size", () => {
  test.each([
    [0, 0n],
    [-5, -5n],
    ["172769726373", 172769726373n],
    ["9007199254740993", 9007199254740993n],
    [" +7 ", 7n],
    ["", null],
    [null, null],
    [undefined, null],
  ])("%j is %s", (given, value) => expect(decode.bigInteger(given, "f")).toBe(value));

  test.each([1.5, 1e21, "1.5", "many", true, {}, []])("%j breaks the contract", (given) => {
    expect(() => decode.bigInteger(given, "f")).toThrow("breaks its contract at f");
  });
});

describe("Invalid dates", () => {
  const noted = (value: string) => {
    const unknown = new UnknownEnumValues(() => undefined);
    return { date: decode.date(value, "f", unknown), notes: [...unknown.counts().keys()] };
  };

  test.each([
    "2023-02-30",
    "2023-02-29T00:00:00Z",
    "1900-02-29",
    "2023-04-31T10:00:00",
    "2023-00-10",
    "2023-13-01",
    "2023-01-00",
    "2023-01-32",
    "2023-02-30T10:00:00.000Z",
    "2023-02-28T24:00:00Z",
    "2023-02-28T23:59:60Z",
    "2023-00-10T10:00:00Z",
    "2023-13-01T10:00:00Z",
    "2023-02-28T25:00:00",
    "2023-02-28T23:60:00",
    "2023-02-30 10:00:00",
    "2023-02-30:10:00:00",
    "2023:02:30:10:00:00",
    "2023-02-30T10:00:00+02:00",
    "Thu, 30 Feb 2023 10:00:00 GMT",
    "Thu, 3 Xyz 2023 10:00:00 GMT",
    "Thu, 03 Mar 2023 25:00:00 GMT",
    "04/05/2024",
  ])("A2.5 %s does not exist: null and reported, never another day", (value) => {
    expect(noted(value)).toEqual({ date: null, notes: [`f: ${value}`] });
  });

  test.each([
    "9999-12-31T23:59:59+14:00",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Mon, 01 Jan 0001 00:00:00 GMT",
    "0001-01-01",
    "0001-01-01T00:00:00Z",
    "9999-12-31T00:00:00.000Z",
  ])("A2.6 %s means not set: null and not reported", (value) =>
    expect(noted(value)).toEqual({ date: null, notes: [] }),
  );

  test("A2.7 29 February of a leap year is read", () => {
    expect(decode.date("2024-02-29", "f")?.toISOString()).toBe("2024-02-29T00:00:00.000Z");
    expect(decode.date("2000-02-29T10:00:00Z", "f")?.toISOString()).toBe("2000-02-29T10:00:00.000Z");
  });
});

describe("Fields", () => {
  test("an id may be a number, a blank string is null", () => {
    expect([decode.string(17, "f"), decode.string(" ", "f"), decode.string("", "f"), decode.string(null, "f")]).toEqual(
      ["17", null, null, null],
    );
  });

  test.each(["\u00a0", "\t\n", "\ufeff \u2003"])("%j is blank", (text) => expect(decode.string(text, "f")).toBeNull());

  test.each(["\u00a0x", "é", "~", "\u007f", " x "])("%j is unchanged", (text) =>
    expect(decode.string(text, "f")).toBe(text),
  );

  test("an integer may be a string of digits", () => {
    expect([decode.integer("12", "f"), decode.integer(12, "f"), decode.integer("", "f")]).toEqual([12, 12, null]);
  });

  test("a count that is a fraction or exceeds GraphQL's Int is null", () => {
    expect([12, "12", 12.5, 2 ** 31].map((value) => decode.count(value, "f"))).toEqual([12, 12, null, null]);
  });

  test("a boolean may be a string", () => {
    expect([decode.boolean("True", "f"), decode.boolean(false, "f"), decode.boolean(undefined, "f")]).toEqual([
      true,
      false,
      null,
    ]);
  });

  test("a missing or blank list is empty", () => {
    const read = [undefined, null, "" as never, [1]].map((value) => decode.list(value, "f"));
    expect(read).toEqual([[], [], [], [1]]);
  });

  test("a missing or blank object is null", () => {
    const read = [undefined, null, "" as never, { a: 1 }].map((value) => decode.optionalRecord(value, "f"));
    expect(read).toEqual([null, null, null, { a: 1 }]);
  });

  test.each([
    ["a list for a text", () => decode.string([], "some.field")],
    ["an object for a number", () => decode.integer({}, "some.field")],
    ["a fraction for a whole number", () => decode.integer(1.5, "some.field")],
    ["a word for a flag", () => decode.boolean("maybe", "some.field")],
    ["a text for a list", () => decode.list("none" as never, "some.field")],
    ["a list for an object", () => decode.record([], "some.field")],
    ["a text for an optional object", () => decode.optionalRecord("none" as never, "some.field")],
    ["hexadecimals for a number", () => decode.integer("0x10", "some.field")],
    ["null in a list of objects", () => decode.rows([{}, null as never], "some.field")],
    ["a row of another shape", () => decode.rows<{ a?: 1; b?: 1 }>([{ b: 1 }], "some.field", ["a"])],
    ["a reply without its list", () => decode.listed<{ field?: [] }, "field">({}, "field", "some")],
    ["a reply with a blank in place of its list", () => decode.listed({ field: "" }, "field", "some")],
    ["nothing for an id", () => decode.requiredString("", "some.field")],
  ])("%s is a contract error that names the field", (_, reading) => {
    expect(reading).toThrow(
      expect.objectContaining({ kind: "contract", message: expect.stringContaining("some.field") as string }) as Error,
    );
  });
});

describe("Enum values", () => {
  const table = { "suspend with charge": "SUSPENDED" };

  test("ignore case and blanks", () => {
    const observed: unknown[] = [];
    const unknown = new UnknownEnumValues((...args) => observed.push(args));
    expect(decode.enumValue(" Suspend  With charge ", table, "f", unknown)).toBe("SUSPENDED");
    expect(decode.enumValue(undefined, table, "f", unknown)).toBeNull();
    expect(observed).toEqual([]);
  });

  test("match exact spellings of the table, and no inherited property", () => {
    const spelled = { ...table, "Suspend With Charge": "SUSPENDED" };
    const unknown = new UnknownEnumValues(() => undefined);
    expect(decode.enumValue("Suspend With Charge", spelled, "f", unknown)).toBe("SUSPENDED");
    expect(decode.enumValue("toString", spelled, "f", unknown)).toBe("UNKNOWN");
  });

  test("that are unknown are reported once, counted, and never show an identifier", () => {
    const observed: unknown[] = [];
    const unknown = new UnknownEnumValues((...args) => observed.push(args));
    for (let time = 0; time < 3; time += 1)
      expect(decode.enumValue("New 8901260882305063816", table, "f", unknown)).toBe("UNKNOWN");
    expect(observed).toEqual([["f", "New …"]]);
    expect([...unknown.counts()]).toEqual([["f: New …", 3]]);
  });
});
