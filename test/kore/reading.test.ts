import { describe, expect, test } from "vitest";
import { UnknownValues, read } from "../../src/kore/index.ts";

describe("Dates", () => {
  test.each([
    ["2023-02-23T11:20:04.077Z", "2023-02-23T11:20:04.077Z"],
    ["2022-10-24T00:00:00", "2022-10-24T00:00:00.000Z"],
    ["2022-10-24", "2022-10-24T00:00:00.000Z"],
    ["2022-10-24:13:14:15", "2022-10-24T13:14:15.000Z"],
    ["2022:10:24:13:14:15", "2022-10-24T13:14:15.000Z"],
    ["2022-10-24 13:14:15", "2022-10-24T13:14:15.000Z"],
    ["2022-10-24T13:14:15+02:00", "2022-10-24T11:14:15.000Z"],
    ["Fri, 05 Apr 2024 11:08:14 GMT", "2024-04-05T11:08:14.000Z"],
  ])("%s is an instant in UTC", (text, iso) => {
    expect(read.instant(text, "f")?.toISOString()).toBe(iso);
  });

  test.each(["", "  ", null, undefined, "soon", "04/05/2024", "2022-13-45", "2022-10-24T25:00:00"])(
    "%s is none",
    (text) => expect(read.instant(text, "f")).toBeNull(),
  );
});

describe("Fields", () => {
  test("an id may come as a number, a blank text is none", () => {
    expect([read.text(17, "f"), read.text(" ", "f"), read.text("", "f"), read.text(null, "f")]).toEqual([
      "17",
      null,
      null,
      null,
    ]);
  });

  test.each(["\u00a0", "\t\n", "\ufeff \u2003"])("%j is blank, too", (text) => expect(read.text(text, "f")).toBeNull());

  test.each(["\u00a0x", "é", "~", "\u007f", " x "])("%j is a text as it came", (text) =>
    expect(read.text(text, "f")).toBe(text),
  );

  test("a number may come in digits", () => {
    expect([read.integer("12", "f"), read.integer(12, "f"), read.integer("", "f")]).toEqual([12, 12, null]);
  });

  test("a flag may come as a text", () => {
    expect([read.flag("True", "f"), read.flag(false, "f"), read.flag(undefined, "f")]).toEqual([true, false, null]);
  });

  test("a missing list is empty", () => {
    expect([read.list(undefined, "f"), read.list(null, "f"), read.list([1], "f")]).toEqual([[], [], [1]]);
  });

  test.each([
    ["a list for a text", () => read.text([], "some.field")],
    ["an object for a number", () => read.integer({}, "some.field")],
    ["a fraction for a whole number", () => read.integer(1.5, "some.field")],
    ["a word for a flag", () => read.flag("maybe", "some.field")],
    ["a text for a list", () => read.list("none" as never, "some.field")],
    ["a list for an object", () => read.record([], "some.field")],
    ["nothing for an id", () => read.requiredText("", "some.field")],
  ])("%s is a broken contract that names the field", (_, reading) => {
    expect(reading).toThrow(
      expect.objectContaining({ kind: "contract", message: expect.stringContaining("some.field") as string }) as Error,
    );
  });
});

describe("Enum values", () => {
  const table = { "suspend with charge": "SUSPENDED" };

  test("are known whatever their case and blanks", () => {
    const told: unknown[] = [];
    const unknown = new UnknownValues((...args) => told.push(args));
    expect(read.choice(" Suspend  With charge ", table, "f", unknown)).toBe("SUSPENDED");
    expect(read.choice(undefined, table, "f", unknown)).toBeNull();
    expect(told).toEqual([]);
  });

  test("are known as KORE spells them, when the table says so, and no other name is", () => {
    const spelled = { ...table, "Suspend With Charge": "SUSPENDED" };
    const unknown = new UnknownValues(() => undefined);
    expect(read.choice("Suspend With Charge", spelled, "f", unknown)).toBe("SUSPENDED");
    expect(read.choice("toString", spelled, "f", unknown)).toBe("UNKNOWN");
  });

  test("that are not known are told once, counted, and never show an identifier", () => {
    const told: unknown[] = [];
    const unknown = new UnknownValues((...args) => told.push(args));
    for (let time = 0; time < 3; time += 1)
      expect(read.choice("New 8901260882305063816", table, "f", unknown)).toBe("UNKNOWN");
    expect(told).toEqual([["f", "New …"]]);
    expect([...unknown.counts()]).toEqual([["f: New …", 3]]);
  });
});
