import { InvalidInput, list, object, onlyKeys, requiredText, text } from "../http/json-fields.ts";

export type EsimAction = "switch" | "download" | "enable" | "delete";

/** One eSIM of a request. */
export interface EsimRef {
  readonly eid: string;
  readonly imei: string | null;
  /** Of the profile to enable or delete. */
  readonly iccid: string | null;
}

export interface EsimInput {
  readonly action: EsimAction;
  readonly activationProfileId: string | null;
  readonly refs: readonly EsimRef[];
  readonly keepsOld: boolean;
  readonly suspendsOld: boolean;
  readonly skipsSessionCheck: boolean;
  readonly retries: boolean;
  readonly sku: string | null;
  readonly hasIpnd: boolean;
}

const COMMON = ["subscriptions", "skip-session-check", "disable-autoretry"];
const PROFILE = [...COMMON, "activation-profile-id", "sku", "service-type-info"];
const FIELDS: Readonly<Record<EsimAction, readonly string[]>> = {
  switch: [...PROFILE, "exclude-deactivation", "suspend-old-subscription"],
  download: PROFILE,
  enable: COMMON,
  delete: COMMON,
};

/** OURS: unknown keys are refused, so that a misspelt one is found here. */
export function readEsimInput(action: EsimAction, body: unknown): EsimInput {
  const outer = object(body, "the body");
  if (action !== "switch") onlyKeys(outer, [action], "the body");
  const inner = action === "switch" ? outer : object(outer[action], action);
  onlyKeys(inner, FIELDS[action], action);
  const namesProfile = action === "enable" || action === "delete";
  const refs = list(inner["subscriptions"], "subscriptions").map((value): EsimRef => {
    const ref = object(value, "a subscription");
    onlyKeys(ref, namesProfile ? ["eid", "iccid"] : ["eid", "imei"], "a subscription");
    const imei = text(ref, "imei");
    if (imei !== null && !/^\d{14,16}$/.test(imei)) throw new InvalidInput("imei must have 14 to 16 digits");
    return { eid: requiredText(ref, "eid"), imei, iccid: namesProfile ? requiredText(ref, "iccid") : null };
  });
  if (refs.length === 0) throw new InvalidInput("subscriptions must not be empty");
  if (new Set(refs.map(({ eid }) => eid)).size < refs.length) throw new InvalidInput("an eid is named twice");
  const info = inner["service-type-info"];
  return {
    action,
    activationProfileId: namesProfile ? null : requiredText(inner, "activation-profile-id"),
    refs,
    keepsOld: flag(inner, "exclude-deactivation"),
    suspendsOld: flag(inner, "suspend-old-subscription"),
    skipsSessionCheck: flag(inner, "skip-session-check"),
    retries: !flag(inner, "disable-autoretry"),
    sku: text(inner, "sku"),
    hasIpnd: info !== undefined && object(info, "service-type-info")["aus-ipnd-info"] !== undefined,
  };
}

export function flag(value: Readonly<Record<string, unknown>>, key: string): boolean {
  const found = value[key] ?? false;
  if (typeof found === "boolean") return found;
  throw new InvalidInput(`${key} must be a boolean`);
}

/** The EIDs of a retry or a cancellation; null when they are left out. */
export function readEids(value: Readonly<Record<string, unknown>>): string[] | null {
  if (value["eids"] === undefined) return null;
  return list(value["eids"], "eids").map((eid) => {
    if (typeof eid === "string" && eid !== "") return eid;
    throw new InvalidInput("eids must be texts");
  });
}
