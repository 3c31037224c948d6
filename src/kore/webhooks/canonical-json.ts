const [TAB, LINE_FEED, RETURN, SPACE, QUOTE, BACKSLASH] = [0x09, 0x0a, 0x0d, 0x20, 0x22, 0x5c];

/**
 * JSON without the white space between its tokens: the form that KORE signs. It works on bytes, because parsing and
 * printing would change numbers (1.0, 12345678901234567890) and escapes. All characters that it looks for are ASCII,
 * which no multi-byte character of UTF-8 contains.
 */
export function canonicalJson(json: Uint8Array): Uint8Array {
  const kept = new Uint8Array(json.length);
  let length = 0;
  let isInString = false;
  let isEscaped = false;
  for (const byte of json) {
    if (isInString) {
      if (byte === QUOTE && !isEscaped) isInString = false;
      isEscaped = byte === BACKSLASH && !isEscaped;
    } else if (byte === QUOTE) {
      isInString = true;
    } else if (byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB) {
      continue;
    }
    kept[length++] = byte;
  }
  return kept.subarray(0, length);
}
