import { expect, test } from "vitest";
import { soakMemory } from "./soak/memory.ts";

/** MiB: the process without documents, and twice the 64 of documents and plans. */
const HEAP = 160;

test.each([
  ["unique queries", 10_000],
  ["callers", 24_000],
  ["request keys", 4_000],
])(
  "12.4.5 %s do not end a process with a small heap, and leave nothing in it",
  async (kind, count) => {
    expect(await soakMemory(count, (name) => name === kind, HEAP)).toEqual([]);
  },
  300_000,
);
