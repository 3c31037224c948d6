/** A well-mixed 32-bit number from (seed, salt, n): the whole world is drawn from it, so nothing needs to be stored. */
export function hash(seed: number, salt: number, n: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35) ^ Math.imul(n + 1, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

const SIZE = 1_000_000_000;
const ROUNDS = 4;
const HALF = 0x7fff;

/**
 * Shuffles 0…999,999,999 and finds the way back: a Feistel network over 30 bits, walked until it lands below 10⁹.
 * It makes serial numbers look like real ones while an ICCID, IMSI, MSISDN, IMEI or EID still leads to its SIM by
 * arithmetic alone, which is what lets a million SIMs fit in no memory.
 */
export class Permutation {
  readonly #seed: number;
  readonly #salt: number;

  constructor(seed: number, salt: number) {
    this.#seed = seed;
    this.#salt = salt;
  }

  forward(n: number): number {
    do n = this.#once(n, 0, 1);
    while (n >= SIZE);
    return n;
  }

  backward(n: number): number {
    do n = this.#once(n, ROUNDS - 1, -1);
    while (n >= SIZE);
    return n;
  }

  #once(n: number, first: number, step: 1 | -1): number {
    let left = (n >>> 15) & HALF;
    let right = n & HALF;
    for (let i = 0, round = first; i < ROUNDS; i++, round += step) {
      if (step === 1) [left, right] = [right, left ^ this.#f(round, right)];
      else [left, right] = [right ^ this.#f(round, left), left];
    }
    return ((left << 15) | right) >>> 0;
  }

  #f(round: number, half: number): number {
    return hash(this.#seed, this.#salt * 16 + round, half) & HALF;
  }
}
