/** How a text is written: GSM 03.38's 7-bit alphabet, or UCS-2 where a character is not in it. */
type SmsEncoding = "GSM_7BIT" | "UCS_2";

export interface SmsSize {
  encoding: SmsEncoding;
  /** Septets of GSM_7BIT, where a character of the extension table takes two; UTF-16 code units of UCS_2. */
  units: number;
  /** Each is charged. */
  parts: number;
}

/** GSM 03.38 (3GPP TS 23.038), 6.2.1: one septet each. */
const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/** 6.2.1.1: an escape and a septet. */
const EXTENSION = "\f^{}\\[~]|€";

const SEPTETS: ReadonlyMap<string, number> = new Map([
  ...[...BASIC].map((character) => [character, 1] as const),
  ...[...EXTENSION].map((character) => [character, 2] as const),
]);

/** Units of a single text, and of each part of a longer one, whose header (3GPP TS 23.040, 9.2.3.24.1) takes six octets. */
const ROOM = { GSM_7BIT: { single: 160, part: 153 }, UCS_2: { single: 70, part: 67 } } as const;

/**
 * Encoding and parts of a text. KORE states 160 characters a part and no rule for longer texts, so the standard's is taken,
 * by which no part splits a character; KORE may charge fewer.
 */
export function sizeOf(text: string): SmsSize {
  const characters = [...text];
  const encoding: SmsEncoding = characters.every((character) => SEPTETS.has(character)) ? "GSM_7BIT" : "UCS_2";
  const widths = characters.map((character) =>
    encoding === "UCS_2" ? character.length : (SEPTETS.get(character) ?? character.length),
  );
  const units = widths.reduce((sum, width) => sum + width, 0);
  const { single, part } = ROOM[encoding];
  if (units <= single) return { encoding, units, parts: 1 };
  let [parts, filled] = [1, 0];
  for (const width of widths) {
    if (filled + width > part) [parts, filled] = [parts + 1, 0];
    filled += width;
  }
  return { encoding, units, parts };
}
