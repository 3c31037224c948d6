import { parseExactJson } from "../../common/exact-json.ts";

/** Most bytes of a piece: V8 maps memory anew for each string of 128 KiB or more, which takes longer than to decode it. */
const PIECE = 100_000;

/** A key that no reply of KORE's has. */
const REST = "kore-graph: the other rows";

const ROWS = "[{";

/**
 * Parses a large object with one list of objects in pieces, which takes less time than as a whole. A piece that parses has
 * been cut between two objects of that list: cut elsewhere, its brackets or quotation marks would not match.
 *
 * @param bytes JSON in UTF-8
 * @returns undefined when it is something else, or invalid
 */
export function parseInPieces(bytes: Buffer, most = PIECE): unknown {
  const [first, ...others] = bytes.length > most ? piecesOf(bytes, most) : [];
  const last = others.pop();
  if (!first || !last) return undefined;
  try {
    const reply = parse("", first, "]}") as Record<string, unknown>;
    const [rows, ...otherLists] = Object.values(reply).filter((value) => Array.isArray(value));
    if (!rows || otherLists.length > 0) return undefined;
    // Not by spreading: a piece may have more rows than a call may have arguments.
    for (const piece of others) for (const row of parse("[", piece, "]") as unknown[]) rows.push(row);
    const { [REST]: rest = [], ...fields } = parse(`{"${REST}":[`, last, "") as { [REST]?: unknown[] };
    for (const row of rest) rows.push(row);
    return { ...reply, ...fields };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Cut between objects that begin with the same key as the first one, so seldom inside of one. */
function piecesOf(bytes: Buffer, most: number): Buffer[] {
  const rows = bytes.indexOf(ROWS);
  const afterKey = bytes.indexOf(":", rows);
  if (rows === -1 || afterKey === -1) return [];
  const between = `},${bytes.toString("latin1", rows + 1, afterKey + 1)}`;
  const size = Math.ceil(bytes.length / Math.ceil(bytes.length / most));
  const pieces: Buffer[] = [];
  let begin = 0;
  for (let end = size; end < bytes.length; end = begin + size) {
    const at = bytes.indexOf(between, end, "latin1");
    if (at === -1) break;
    pieces.push(bytes.subarray(begin, at + 1));
    begin = at + 2;
  }
  return [...pieces, bytes.subarray(begin)];
}

const parse = (before: string, piece: Buffer, after: string): unknown =>
  parseExactJson(concatenated(before, piece, after), piece);

/** Reused for each text: V8 would copy a concatenated string once more before parsing it. */
const scratch = Buffer.allocUnsafe(PIECE + 10_000);

function concatenated(before: string, piece: Buffer, after: string): string {
  if (before.length + piece.length + after.length > scratch.length) return before + piece.toString() + after;
  scratch.write(before, "latin1");
  scratch.set(piece, before.length);
  const end = before.length + piece.length;
  return scratch.toString("utf8", 0, end + scratch.write(after, end, "latin1"));
}
