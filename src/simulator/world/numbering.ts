import { luhnDigit, mod97Digits } from "./check-digits.ts";
import { Permutation } from "./random.ts";
import { type ServiceType } from "./service-types.ts";

const SUBSCRIPTION_PREFIX = "cmp-k1-subscription-";
const SUBSCRIPTION_BASE = 1_000_000_000; // keeps ids of one width, so that sorting them as text is sorting them by number

const nineDigits = (n: number): string => String(n).padStart(9, "0");

/** The number that the nine digits before position `end` spell, or null. */
function nine(text: string, end: number): number | null {
  const part = text.slice(Math.max(0, end - 9), end);
  return /^\d{9}$/.test(part) ? Number(part) : null;
}

/**
 * The identifiers of the SIM with a serial number (0…999,999,999), and the way back. Backwards is only a guess from the
 * digits that vary: the caller derives the identifier of that SIM again and compares, which also checks prefix and
 * check digit.
 */
export class Numbering {
  readonly #iccid: Permutation;
  readonly #imsi: Permutation;
  readonly #msisdn: Permutation;
  readonly #imei: Permutation;
  readonly #eid: Permutation;

  constructor(seed: number) {
    this.#iccid = new Permutation(seed, 1);
    this.#imsi = new Permutation(seed, 2);
    this.#msisdn = new Permutation(seed, 3);
    this.#imei = new Permutation(seed, 4);
    this.#eid = new Permutation(seed, 5);
  }

  subscriptionId(serial: number): string {
    return SUBSCRIPTION_PREFIX + String(SUBSCRIPTION_BASE + serial);
  }
  serialOfSubscriptionId(id: string): number | null {
    if (!id.startsWith(SUBSCRIPTION_PREFIX)) return null;
    const digits = id.slice(SUBSCRIPTION_PREFIX.length);
    return /^1\d{9}$/.test(digits) ? Number(digits) - SUBSCRIPTION_BASE : null;
  }

  iccid(serial: number, type: ServiceType): string {
    const body = type.iccidPrefix + nineDigits(this.#iccid.forward(serial));
    return body + luhnDigit(body);
  }
  serialOfIccid(iccid: string): number | null {
    const n = nine(iccid, iccid.length - 1);
    return n === null ? null : this.#iccid.backward(n);
  }
  /** A number that sorts as the varying part of the ICCID does; ICCIDs of one service type differ in nothing before it. */
  iccidRank(serial: number): number {
    return this.#iccid.forward(serial);
  }
  serialOfIccidRank(rank: number): number {
    return this.#iccid.backward(rank);
  }

  imsi(serial: number, type: ServiceType): string {
    return type.imsiPrefix + nineDigits(this.#imsi.forward(serial));
  }
  serialOfImsi(imsi: string): number | null {
    const n = nine(imsi, imsi.length);
    return n === null ? null : this.#imsi.backward(n);
  }

  msisdn(serial: number, type: ServiceType): string {
    return type.msisdnPrefix + nineDigits(this.#msisdn.forward(serial));
  }
  serialOfMsisdn(msisdn: string): number | null {
    const n = nine(msisdn, msisdn.length);
    return n === null ? null : this.#msisdn.backward(n);
  }

  imei(serial: number, tacPrefix: string): string {
    const body = tacPrefix + nineDigits(this.#imei.forward(serial));
    return body + luhnDigit(body);
  }
  serialOfImei(imei: string): number | null {
    const n = nine(imei, imei.length - 1);
    return n === null ? null : this.#imei.backward(n);
  }

  eid(leadSerial: number, type: ServiceType): string {
    const body = type.eidPrefix + nineDigits(this.#eid.forward(leadSerial));
    return body + mod97Digits(body);
  }
  leadSerialOfEid(eid: string): number | null {
    const n = nine(eid, eid.length - 2);
    return n === null ? null : this.#eid.backward(n);
  }
}
