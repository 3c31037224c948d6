import { userInputError } from "../../graph/index.ts";
import { type RecordValues } from "../../kore/index.ts";
import { checkedText } from "../checked-text.ts";
import {
  type CustomFieldInput,
  MAX_FIELDS,
  MAX_HARDWARE_LENGTH,
  MAX_KEY_LENGTH,
  MAX_VALUE_LENGTH,
  type SimCustomFieldsInput,
  type SimHardwareInput,
} from "./sim-record.inputs.ts";

/** @throws GraphQLError naming the field that breaks a rule */
export function toCustomFields({ fields }: SimCustomFieldsInput, place: number): RecordValues {
  const at = `input.subscriptions[${place}].fields`;
  if (fields.length === 0 || fields.length > MAX_FIELDS) {
    throw userInputError(`${at}: 1 to ${MAX_FIELDS} fields a SIM; ${fields.length} are given`);
  }
  const known = new Map<string, number>();
  for (const [index, field] of fields.entries()) {
    checkField(field, `${at}[${index}]`);
    const same = known.get(field.key);
    if (same !== undefined) throw userInputError(`${at}[${index}].key: is that of fields[${same}] as well`);
    known.set(field.key, index);
  }
  return { "additional-fields": fields.map(({ key, value }) => ({ key, value })) };
}

function checkField({ key, value }: CustomFieldInput, at: string): void {
  checkedText(key, `${at}.key`, MAX_KEY_LENGTH);
  if (value !== "") checkedText(value, `${at}.value`, MAX_VALUE_LENGTH);
}

/** @throws GraphQLError naming the field that breaks a rule */
export function toHardware({ imei, serialNumber, modelNumber }: SimHardwareInput, place: number): RecordValues {
  const at = `input.subscriptions[${place}]`;
  const hardware = {
    ...(imei && { imei }),
    ...(isGiven(serialNumber) && {
      "serial-number": checkedText(serialNumber, `${at}.serialNumber`, MAX_HARDWARE_LENGTH),
    }),
    ...(isGiven(modelNumber) && {
      "model-number": checkedText(modelNumber, `${at}.modelNumber`, MAX_HARDWARE_LENGTH),
    }),
  };
  if (Object.keys(hardware).length === 0) {
    throw userInputError(`${at}: give at least one of imei, serialNumber and modelNumber`);
  }
  return { "connected-hardware": hardware };
}

const isGiven = (text: string | null | undefined): text is string => text !== undefined && text !== null;
