import { InvalidInput, object, onlyKeys, text } from "../http/json-fields.ts";
import { type Action, ACTIONS, type ActivationState } from "../state-machine.ts";

export interface SimRef {
  readonly subscriptionId: string | null;
  readonly iccid: string | null;
  readonly imei: string | null;
}

interface Ipnd {
  readonly title?: string;
  readonly "first-name"?: string;
  readonly "last-name"?: string;
  readonly address?: string;
}

export interface ProvisioningInput {
  readonly action: Action;
  readonly refs: readonly SimRef[];
  readonly activationState: ActivationState;
  readonly activationProfileId: string | null;
  readonly sku: string | null;
  readonly mailTo: string | null;
  readonly ipnd: Ipnd | null;
  readonly forceEsimTermination: boolean;
}

const FIELDS: Readonly<Record<Action, readonly string[]>> = {
  activate: ["activation-state", "subscriptions", "activation-profile-id", "mail-to", "sku", "service-type-info"],
  suspend: ["subscriptions", "mail-to"],
  reactivate: ["subscriptions", "mail-to"],
  deactivate: ["subscriptions", "mail-to"],
  "plan-feature-change": ["activation-profile-id", "subscriptions", "mail-to"],
  terminate: ["subscriptions", "mail-to", "force-enabled-esim-profile-termination"],
};

const MAX_ADDRESSES = 20;

/**
 * Reads a provisioning body. OURS: KORE requires less than it says in words and probably skips keys that it does not
 * know; the simulator refuses both, so that a misspelt key is found here and not on a live account.
 */
export function readInput(body: unknown, verb: Action | null): ProvisioningInput {
  const outer = object(body, "the body");
  const keys = Object.keys(outer);
  const [key] = keys;
  if (key === undefined || keys.length > 1)
    throw new InvalidInput(`the body must hold exactly one of ${ACTIONS.join(", ")}`);
  const action = ACTIONS.find((name) => name === key);
  if (!action || (verb !== null && action !== verb))
    throw new InvalidInput(`the body must hold ${verb ?? `one of ${ACTIONS.join(", ")}`}, not ${key}`);
  const inner = object(outer[key], action);
  onlyKeys(inner, FIELDS[action], action);
  const activationProfileId = text(inner, "activation-profile-id");
  if (action === "plan-feature-change" && activationProfileId === null)
    throw new InvalidInput("activation-profile-id is required");
  return {
    action,
    refs: refs(inner["subscriptions"], action === "activate"),
    activationState: action === "activate" ? activationState(inner["activation-state"]) : "active",
    activationProfileId,
    sku: text(inner, "sku"),
    mailTo: mailTo(text(inner, "mail-to")),
    ipnd: ipnd(inner["service-type-info"]),
    forceEsimTermination: flag(inner, "force-enabled-esim-profile-termination"),
  };
}

function refs(value: unknown, withImei: boolean): SimRef[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new InvalidInput("subscriptions must be a list of one or more SIMs");
  return value.map((item: unknown, i) => {
    const name = `subscriptions[${i}]`;
    const sim = object(item, name);
    onlyKeys(sim, withImei ? ["subscription-id", "iccid", "imei"] : ["subscription-id", "iccid"], name);
    const ref = { subscriptionId: text(sim, "subscription-id"), iccid: text(sim, "iccid"), imei: text(sim, "imei") };
    if (ref.subscriptionId === null && ref.iccid === null)
      throw new InvalidInput(`${name} needs a subscription-id or an iccid`);
    if (ref.imei !== null && !/^\d{14,16}$/.test(ref.imei))
      throw new InvalidInput(`${name}.imei must have 14 to 16 digits`);
    return ref;
  });
}

function activationState(value: unknown): ActivationState {
  if (value === "active" || value === "test" || value === "ready") return value;
  throw new InvalidInput("activation-state must be active, test or ready");
}

function mailTo(value: string | null): string | null {
  if (value === null) return null;
  const addresses = value.split(",").map((address) => address.trim());
  if (addresses.length > MAX_ADDRESSES) throw new InvalidInput(`mail-to takes at most ${MAX_ADDRESSES} addresses`);
  if (!addresses.every((address) => /^[^\s@]+@[^\s@]+$/.test(address)))
    throw new InvalidInput("mail-to must hold e-mail addresses joined by commas");
  return value;
}

function ipnd(info: unknown): Ipnd | null {
  if (info === undefined) return null;
  const outer = object(info, "service-type-info");
  onlyKeys(outer, ["aus-ipnd-info"], "service-type-info");
  if (outer["aus-ipnd-info"] === undefined) return null;
  const inner = object(outer["aus-ipnd-info"], "aus-ipnd-info");
  const fields = ["title", "first-name", "last-name", "address"] as const;
  onlyKeys(inner, fields, "aus-ipnd-info");
  return Object.fromEntries(fields.flatMap((key) => (inner[key] === undefined ? [] : [[key, text(inner, key)]])));
}

function flag(value: Record<string, unknown>, key: string): boolean {
  const found = value[key] ?? false;
  if (typeof found === "boolean") return found;
  throw new InvalidInput(`${key} must be true or false`);
}
