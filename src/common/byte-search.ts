/** Bytes that are looked at in each sample. */
const GRAM = 4;

/** Shorter needles are searched for one by one: samples would have to be too close to each other. */
const MIN_SAMPLED = 12;

const HASH_BITS = 14;

interface Place {
  needle: Buffer;
  at: number;
}

/**
 * A search for several needles at once, which samples four bytes at every n-th index. The needles' beginnings, each as long as
 * the shortest needle, hold n such grams, so wherever a needle is, one of them is sampled.
 *
 * @returns whether bytes contain any of the needles
 */
export function byteSearch(needles: readonly Buffer[]): (bytes: Buffer) => boolean {
  const short = needles.filter(({ length }) => length < MIN_SAMPLED);
  const long = needles.filter(({ length }) => length >= MIN_SAMPLED);
  const stride = Math.min(...long.map(({ length }) => length)) - GRAM + 1;
  const places = new Map<number, Place[]>();
  // Asked first, because the map takes several times longer.
  const hashes = new Uint8Array(2 ** HASH_BITS);
  for (const needle of long) {
    for (let at = 0; at < stride; at += 1) {
      const gram = needle.readInt32BE(at);
      places.set(gram, [...(places.get(gram) ?? []), { needle, at }]);
      hashes[hashOf(gram)] = 1;
    }
  }

  /** Outside the loop: a closure that holds its variable would make it twice as slow. */
  const isPartAt = (gram: number, bytes: Buffer, index: number) =>
    places.get(gram)?.some(({ needle, at }) => isAt(needle, bytes, index - at));

  return (bytes) => {
    if (short.some((needle) => bytes.includes(needle))) return true;
    // Reads faster than a Buffer, which checks the index in JavaScript.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let index = 0; index + GRAM <= bytes.length; index += stride) {
      const gram = view.getInt32(index);
      if (hashes[hashOf(gram)] === 1 && isPartAt(gram, bytes, index)) return true;
    }
    return false;
  };
}

function hashOf(gram: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function isAt(needle: Buffer, bytes: Buffer, at: number): boolean {
  return at >= 0 && bytes[at] === needle[0] && needle.equals(bytes.subarray(at, at + needle.length));
}
