import { LRUCache } from "lru-cache";
import { type SimCommand } from "./command.ts";

/** A value that KORE requires for activations of some service types. */
export type ActivationNeed = "IMEI" | "SKU" | "IMEI_OR_SKU" | "IPND";

/** Service types of accounts whose needs are known. */
const MAX_SERVICE_TYPES = 1000;

/** KORE describes no error for a missing value, so its words must name the value and that it is required. */
const REQUIRED = /\b(?:required|requires?|mandatory|missing|needs?|needed|must|without)\b/i;

/**
 * The needs of service types by KORE's earlier failures. KORE names the rules by network (VZW, APEX, KORE TELS2) and
 * publishes no list of service types, so a failure is the only statement about a service-type-id. In memory: after a
 * restart they are learned again.
 */
export class ActivationNeeds {
  readonly #byServiceType = new LRUCache<string, ReadonlySet<ActivationNeed>>({ max: MAX_SERVICE_TYPES });

  /** Learns from KORE's messages. @param messages by id of each SIM that was not activated */
  learn(accountId: string, sims: readonly SimCommand[], messages: Readonly<Record<string, string | null>>): void {
    for (const { id, imei, serviceTypeId } of sims) {
      const message = Object.hasOwn(messages, id) ? messages[id] : undefined;
      const need = typeof message === "string" ? needIn(message, imei !== undefined) : undefined;
      if (need === undefined || serviceTypeId === undefined) continue;
      const key = keyOf(accountId, serviceTypeId);
      this.#byServiceType.set(key, new Set(this.#byServiceType.get(key)).add(need));
    }
  }

  /** Needs for lack of which KORE has failed activations of an account's SIMs of a service type. */
  of(accountId: string, serviceTypeId: string): ReadonlySet<ActivationNeed> {
    return this.#byServiceType.get(keyOf(accountId, serviceTypeId)) ?? new Set();
  }
}

const keyOf = (accountId: string, serviceTypeId: string) => JSON.stringify([accountId, serviceTypeId]);

function needIn(message: string, hadImei: boolean): ActivationNeed | undefined {
  if (!REQUIRED.test(message)) return undefined;
  if (/ipnd/i.test(message)) return "IPND";
  const [namesImei, namesSku] = [/\bimei\b/i.test(message) && !hadImei, /\bsku\b/i.test(message)];
  if (namesImei) return namesSku ? "IMEI_OR_SKU" : "IMEI";
  return namesSku ? "SKU" : undefined;
}
