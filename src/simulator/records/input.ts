import { InvalidInput, list, object, onlyKeys, requiredText, text } from "../http/json-fields.ts";
import { type CustomField, type Device } from "./sim-record.ts";

export const RECORD_PARTS = ["additional-fields", "connected-hardware", "sim-transfer", "cost-center"] as const;
export type RecordPart = (typeof RECORD_PARTS)[number];

/** One SIM of a request, with what its record gets. */
export interface RecordChange {
  readonly subscriptionId: string;
  readonly customFields?: readonly CustomField[];
  readonly device?: Device;
  readonly costCenterPk?: string;
  readonly destinationAccountId?: string;
}

/** OURS: unknown keys are refused, so that a misspelt one is found here. @throws InvalidInput */
export function readChanges(part: RecordPart, body: unknown): RecordChange[] {
  const changes = subscriptionsOf(part, body).map((item) => readChange(part, object(item, "subscriptions[]")));
  if (changes.length === 0) throw new InvalidInput("subscriptions must not be empty");
  const ids = new Set(changes.map(({ subscriptionId }) => subscriptionId));
  if (ids.size < changes.length) throw new InvalidInput("a subscription is named twice");
  return changes;
}

/** A cost center's body is a bare array, the others are wrapped. */
function subscriptionsOf(part: RecordPart, body: unknown): readonly unknown[] {
  if (part === "cost-center") return list(body, "the body");
  const outer = object(body, "the body");
  onlyKeys(outer, ["subscription-request"], "the body");
  const inner = object(outer["subscription-request"], "subscription-request");
  onlyKeys(inner, ["subscriptions"], "subscription-request");
  return list(inner["subscriptions"], "subscriptions");
}

function readChange(part: RecordPart, item: Record<string, unknown>): RecordChange {
  const only = (name: string) => onlyKeys(item, ["subscription-id", name], "a subscription");
  const subscriptionId = requiredText(item, "subscription-id");
  switch (part) {
    case "additional-fields":
      only(part);
      return { subscriptionId, customFields: list(item[part], part).map(readField) };
    case "connected-hardware":
      only(part);
      return { subscriptionId, device: readDevice(object(item[part], part)) };
    case "cost-center":
      only("cost-center-pk");
      return { subscriptionId, costCenterPk: requiredText(item, "cost-center-pk") };
    case "sim-transfer":
      only("destination-account-id");
      return { subscriptionId, destinationAccountId: requiredText(item, "destination-account-id") };
  }
}

function readField(value: unknown): CustomField {
  const field = object(value, "additional-fields[]");
  onlyKeys(field, ["key", "value"], "additional-fields[]");
  if (typeof field["value"] !== "string") throw new InvalidInput("value must be a text");
  return { key: requiredText(field, "key"), value: field["value"] };
}

function readDevice(hardware: Record<string, unknown>): Device {
  onlyKeys(hardware, ["imei", "serial-number", "model-number"], "connected-hardware");
  const imei = text(hardware, "imei");
  if (imei !== null && !/^\d{14,16}$/.test(imei)) throw new InvalidInput("imei must be 14 to 16 digits");
  return { imei, serial: text(hardware, "serial-number"), model: text(hardware, "model-number") };
}
