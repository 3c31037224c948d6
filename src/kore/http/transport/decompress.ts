import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const unzlib: Decompress = promisify(inflate);
const unraw: Decompress = promisify(inflateRaw);

/** Some servers send "deflate" without the zlib header that RFC 9110, 8.4.1.2 asks for; its first byte ends in 8. */
const undeflate: Decompress = (body, options) => (((body[0] ?? 0) & 0x0f) === 8 ? unzlib : unraw)(body, options);

const DECODERS: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ["gzip", promisify(gunzip)],
  ["x-gzip", promisify(gunzip)],
  ["deflate", undeflate],
  ["br", promisify(brotliDecompress)],
]);

/** A body that cannot be decoded. The message names the encoding, if it has the form of one. */
class UndecodableBody extends Error {
  override readonly name = "UndecodableBody";

  constructor(coding: string, cause?: unknown) {
    super(`the content encoding ${/^[\w-]{1,20}$/.test(coding) ? coding : "?"} cannot be decoded`, { cause });
  }
}

/**
 * The body as it was before its content encodings (`gzip`, `deflate`, `br`, also one in another), of which none is asked
 * for, but which proxies apply anyway. undefined: it has none, and is to be taken as it is.
 *
 * @param limit bytes of the decoded body, at most
 * @throws UndecodableBody for an unknown encoding, a body that is cut short or damaged, or one beyond the limit
 */
export function decompress(
  body: Buffer,
  header: string | string[] | undefined,
  limit: number,
): Promise<Buffer> | undefined {
  if (header === undefined || body.length === 0) return undefined;
  const codings = String(header)
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  return codings.length === 0 ? undefined : decodeAll(body, codings.reverse(), limit);
}

async function decodeAll(body: Buffer, codings: readonly string[], limit: number): Promise<Buffer> {
  let decoded = body;
  for (const coding of codings) {
    const decode = DECODERS.get(coding);
    if (!decode) throw new UndecodableBody(coding);
    try {
      decoded = await decode(decoded, { maxOutputLength: limit });
    } catch (cause) {
      throw new UndecodableBody(coding, cause);
    }
  }
  return decoded;
}
