/** Where the rows of a reply stand in its bytes, when it is an object with a list of objects, such as a page of SIMs. */
export interface Rows {
  /** The first row's first byte. Between rows there is one byte, a comma. */
  readonly begin: number;
  /** For each row, one past its last byte. */
  readonly ends: readonly number[];
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OBJECT, OBJECT_END, LIST, LIST_END] = [0x7b, 0x7d, 0x5b, 0x5d];
/** A bracket with this bit is a brace. */
const BRACE = 0x20;

export const COMMA = 0x2c;

/** Of the first list that begins with an object. Nothing for another form, such as blanks between rows. */
export function rowsIn(json: Buffer): Rows | undefined {
  const begin = beginOfRows(json);
  if (begin === undefined) return undefined;
  const ends: number[] = [];
  for (let at = begin; ; at += 1) {
    const end = endOfObject(json, at);
    if (end === undefined) return undefined;
    ends.push(end);
    at = end;
    if (json[at] !== COMMA) return json[at] === LIST_END ? { begin, ends } : undefined;
  }
}

function beginOfRows(json: Buffer): number | undefined {
  if (json[0] !== OBJECT) return undefined;
  for (let at = 1; at < json.length;) {
    const byte = json[at];
    if (byte === LIST && json[at + 1] === OBJECT) return at + 1;
    if (byte === OBJECT || byte === LIST) at = endOfNested(json, at);
    else at = byte === QUOTE ? endOfText(json, at) : at + 1;
  }
  return undefined;
}

/** One past the object that begins there, if one does. For invalid JSON the result is arbitrary. */
export function endOfObject(json: Buffer, begin: number): number | undefined {
  return json[begin] === OBJECT ? endOfNested(json, begin) : undefined;
}

function endOfNested(json: Buffer, begin: number): number {
  let depth = 0;
  for (let at = begin; at < json.length; at += 1) {
    const byte = json[at] as number;
    if (byte === QUOTE) at = endOfText(json, at) - 1;
    else if ((byte | BRACE) === OBJECT) depth += 1;
    else if ((byte | BRACE) === OBJECT_END && --depth === 0) return at + 1;
  }
  return json.length;
}

function endOfText(json: Buffer, begin: number): number {
  for (let at = begin + 1; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at += 1;
  }
  return json.length;
}
