import { parseExactJson } from "../../common/exact-json.ts";
import { knownSecrets } from "../../common/known-secrets.ts";
import { parseInPieces } from "./json-in-pieces.ts";

/** The value of a reply without our own credentials, which KORE may quote. @throws SyntaxError which quotes the text */
export function parseBody(bytes: Buffer): unknown {
  const value = parseInPieces(bytes) ?? parseExactJson(textOf(bytes), bytes);
  return knownSecrets.mayBeIn(bytes) ? knownSecrets.redactAll(value) : value;
}

/** UTF-8, without a byte order mark. */
export function textOf(bytes: Buffer): string {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString("utf8", hasMark ? 3 : 0);
}
