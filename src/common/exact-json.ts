/** Shortest run of digits (and a point) that a double may round: 15 digits are always exact. */
const LONG = 16;
const HALF = LONG / 2;
const QUARTER = LONG / 4;

const [MINUS, POINT, ZERO, NINE, COLON] = [0x2d, 0x2e, 0x30, 0x39, 0x3a];
const [COMMA, LIST, SPACE, QUOTE, BACKSLASH] = [0x2c, 0x5b, 0x20, 0x22, 0x5c];
const ASCII_END = 0x7f;

const NUMBER = /[-+.\deE]+/y;

/**
 * Parses JSON without rounding integers: integers beyond ±(2^53 - 1) become strings of their digits, as do numbers with a
 * fraction that a double would round to an integer. Large numbers in other forms (1e21) stay doubles beyond ±(2^53 - 1),
 * which `Number.isSafeInteger` detects.
 *
 * Without such numbers it costs a check of every 16th byte more than `JSON.parse`.
 *
 * @param bytes the text in UTF-8, since bytes are searched faster
 * @throws SyntaxError for invalid JSON; its message quotes the text
 */
export function parseExactJson(text: string, bytes: Uint8Array = Buffer.from(text)): unknown {
  const value: unknown = JSON.parse(text);
  return mayHaveLongNumber(bytes) ? JSON.parse(withExactNumbers(text)) : value;
}

/** For valid JSON only, where numbers begin with a digit or minus outside strings. */
function withExactNumbers(json: string): string {
  let written = "";
  let rest = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = endOfString(json, at);
    else if (code === MINUS || isDigit(code)) {
      NUMBER.lastIndex = at;
      const token = NUMBER.exec(json)?.[0] ?? "";
      written += json.slice(rest, at) + exact(token);
      at += token.length - 1;
      rest = at + 1;
    }
  }
  return written + json.slice(rest);
}

/** Index of the closing quotation mark of the string that begins at another. */
function endOfString(json: string, begin: number): number {
  let at = begin + 1;
  while (json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

function exact(token: string): string {
  if (token.length < LONG) return token;
  const isSafe = Number.isSafeInteger(Number(token));
  const isWhole = /^-?\d+$/.test(token);
  // An unsafe number with a fraction or exponent stays: its size shows that it is not exact.
  return isWhole !== isSafe ? `"${token}"` : token;
}

/**
 * Whether JSON may have a number of 16 digits or more. Such a run covers one of every 16 indexes, and the 8 bytes before or
 * after it. Most runs are shorter (dates, counts) or inside a string (ICCIDs).
 */
function mayHaveLongNumber(json: Uint8Array): boolean {
  let index = HALF;
  // Not beyond the end: one such read makes all of them slower for good.
  for (; index < json.length - HALF; index += LONG) {
    if (!mayBeDigit(json[index])) continue;
    const isRunBefore = mayBeDigit(json[index - QUARTER]) && mayBeDigit(json[index - HALF]);
    const isRunAfter = mayBeDigit(json[index + QUARTER]) && mayBeDigit(json[index + HALF]);
    if ((isRunBefore || isRunAfter) && isLongNumber(json, index)) return true;
  }
  return isLongNumber(json, index);
}

/** Of the digits around an index. */
function isLongNumber(json: Uint8Array, index: number): boolean {
  let begin = index;
  while (isDigit(json[begin - 1])) begin -= 1;
  if (!mayBeginNumber(json, begin)) return false;
  let end = index;
  while (isDigit(json[end])) end += 1;
  return end - begin >= LONG;
}

/** In one comparison: true of the slash as well, which in ASCII is between the point and the digits, and outside the text. */
function mayBeDigit(code: number | undefined): boolean {
  return (Number(code) - POINT) >>> 0 <= NINE - POINT;
}

/** Of a byte, or undefined outside the text. */
function isDigit(code: number | undefined): boolean {
  return code !== undefined && ((code >= ZERO && code <= NINE) || code === POINT);
}

function mayBeginNumber(json: Uint8Array, begin: number): boolean {
  const before = json[begin - 1];
  const code = before === MINUS ? json[begin - 2] : before;
  if (code === undefined || code > ASCII_END) return true; // At the beginning, or after a byte order mark.
  return code === COLON || code === COMMA || code === LIST || code <= SPACE;
}
