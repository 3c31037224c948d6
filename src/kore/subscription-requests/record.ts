import { type WireSubscription } from "../api/connectivity-types.ts";
import { id, rows, string } from "../decoding/decode.ts";
import { type RecordValues } from "../provisioning/command.ts";

/** The parts of a SIM's record that can be written, as KORE shows them. */
export interface ShownRecord {
  customFields: readonly { key: string | null; value: string | null }[];
  imei: string | null;
  serialNumber: string | null;
  modelNumber: string | null;
  costCenterId: string | null;
}

export function recordIn(wire: WireSubscription): ShownRecord {
  const fields = rows(wire["additional-fields"], "subscription.additional-fields", ["key", "value"]);
  return {
    customFields: fields.map(({ key, value }) => ({
      key: string(key, "subscription.additional-fields.key"),
      value: string(value, "subscription.additional-fields.value"),
    })),
    imei: id(wire.imei, "subscription.imei"),
    serialNumber: string(wire.serial, "subscription.serial"),
    modelNumber: string(wire.model, "subscription.model"),
    costCenterId: id(wire["cost-center-id"], "subscription.cost-center-id"),
  };
}

/** Whether a SIM has the values. An empty value is shown as a missing one. */
export function showsValues(shown: ShownRecord, values: RecordValues): boolean {
  const { "additional-fields": fields = [], "connected-hardware": hardware = {} } = values;
  const isSame = (wanted: string | undefined, found: string | null) => wanted === undefined || wanted === (found ?? "");
  return (
    fields.every(({ key, value }) => isSame(value, valueOf(shown, key))) &&
    isSame(hardware.imei, shown.imei) &&
    isSame(hardware["serial-number"], shown.serialNumber) &&
    isSame(hardware["model-number"], shown.modelNumber) &&
    isSame(values["cost-center-id"], shown.costCenterId)
  );
}

const valueOf = ({ customFields }: ShownRecord, key: string): string | null =>
  customFields.find((field) => field.key === key)?.value ?? null;

/**
 * The values to send: the wanted ones with those that the SIM has in the same part. KORE does not state whether values that
 * a request leaves out stay, so none is left out.
 */
export function wholeValues(shown: ShownRecord, wanted: RecordValues): RecordValues {
  const { "additional-fields": fields, "connected-hardware": hardware } = wanted;
  if (fields) {
    const named = new Set(fields.map(({ key }) => key));
    const others = shown.customFields.flatMap(({ key, value }) =>
      key === null || value === null || named.has(key) ? [] : [{ key, value }],
    );
    return { ...wanted, "additional-fields": [...others, ...fields] };
  }
  if (!hardware) return wanted;
  const { imei, serialNumber, modelNumber } = shown;
  const known = {
    ...(imei !== null && { imei }),
    ...(serialNumber !== null && { "serial-number": serialNumber }),
    ...(modelNumber !== null && { "model-number": modelNumber }),
  };
  return { ...wanted, "connected-hardware": { ...known, ...hardware } };
}
