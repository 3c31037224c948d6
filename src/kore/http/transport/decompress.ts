import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const unzlib: Decompress = promisify(inflate);
const unraw: Decompress = promisify(inflateRaw);

/** Some servers send "deflate" without the zlib header of RFC 9110, 8.4.1.2, whose first byte ends in 8. */
const undeflate: Decompress = (body, options) => (((body[0] ?? 0) & 0x0f) === 8 ? unzlib : unraw)(body, options);

const DECODERS: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ["gzip", promisify(gunzip)],
  ["x-gzip", promisify(gunzip)],
  ["deflate", undeflate],
  ["br", promisify(brotliDecompress)],
]);

/** A body that cannot be decoded. The message names the encoding, if it has a valid form. */
class UndecodableBody extends Error {
  override readonly name = "UndecodableBody";

  constructor(coding: string, cause?: unknown) {
    super(`the content encoding ${/^[\w-]{1,20}$/.test(coding) ? coding : "?"} cannot be decoded`, { cause });
  }
}

/**
 * Decodes content encodings (`gzip`, `deflate`, `br`, also nested), which are not requested but applied by some proxies.
 *
 * @param limit largest decoded body, in bytes
 * @returns undefined when the body has no encoding
 * @throws UndecodableBody for an unknown encoding, a truncated or damaged body, or one beyond the limit
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
