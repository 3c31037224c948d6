const [TAB, LINE_FEED, RETURN, SPACE, QUOTE, BACKSLASH] = [0x09, 0x0a, 0x0d, 0x20, 0x22, 0x5c];

/**
 * JSON without the white space between its tokens. Works on bytes and takes nothing else away: to parse and print again
 * would change numbers (1.0, 12345678901234567890) and escapes, and with them what was signed. All that it looks for is
 * ASCII, which no character of several bytes contains.
 */
export function compacted(json: Uint8Array): Uint8Array {
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
