/**
 * The networks that the simulator sells. KORE's API names VZW, APEX and KORE TELS2 for their rules of activation, its
 * documentation OmniSIM; Super SIM is a product with an API of its own. Service types and APNs are numbered as in a
 * production reply (`"32"`, `"3361"`); numbers, products and number ranges are invented on the pattern of real ones (89 + country + issuer for an ICCID, MCC + MNC
 * for an IMSI, the M2M ranges of the numbering plans for an MSISDN).
 */
export interface ServiceType {
  readonly id: string;
  readonly name: ServiceTypeName;
  readonly productOffer: string;
  readonly productOfferType: string;
  readonly iccidPrefix: string;
  readonly imsiPrefix: string;
  readonly msisdnPrefix: string;
  readonly eidPrefix: string;
  /** Ids. */
  readonly apns: readonly string[];
  readonly ipPrefix: string;
  /** Fields that an activation requires (KORE's rule); the refusal's form is ours. */
  readonly needs: "nothing" | "imei" | "imei-or-sku" | "ipnd";
}

export type ServiceTypeName = "OmniSIM" | "OmniSIM Reach" | "VZW" | "APEX" | "KORE TELS2";

const EID_A = "890490320050086000241"; // 21 digits: 89 + country + issuer + version and batch
const EID_B = "890330239011000000088";

export const SERVICE_TYPES: readonly ServiceType[] = [
  {
    id: "32",
    name: "OmniSIM",
    productOffer: "OmniSIM Global",
    productOfferType: "Kigen",
    iccidPrefix: "898830700", // 19 digits in all, the others have 20
    imsiPrefix: "901405",
    msisdnPrefix: "883190",
    eidPrefix: EID_A,
    apns: ["3361"],
    ipPrefix: "10.31",
    needs: "nothing",
  },
  {
    id: "24",
    name: "OmniSIM Reach",
    productOffer: "OmniSIM Reach eUICC",
    productOfferType: "Giesecke+Devrient",
    iccidPrefix: "8944538520",
    imsiPrefix: "234588",
    msisdnPrefix: "447",
    eidPrefix: EID_A,
    apns: ["3362", "3363"],
    ipPrefix: "10.24",
    needs: "nothing",
  },
  {
    id: "12",
    name: "VZW",
    productOffer: "VZW LTE 4FF",
    productOfferType: "Thales",
    iccidPrefix: "8914800000",
    imsiPrefix: "311480",
    msisdnPrefix: "15",
    eidPrefix: EID_B,
    apns: ["3370"],
    ipPrefix: "10.12",
    needs: "imei-or-sku",
  },
  {
    id: "17",
    name: "APEX",
    productOffer: "APEX LTE-M",
    productOfferType: "IDEMIA",
    iccidPrefix: "8901260882",
    imsiPrefix: "310260",
    msisdnPrefix: "15",
    eidPrefix: EID_B,
    apns: ["3371"],
    ipPrefix: "10.17",
    needs: "imei",
  },
  {
    id: "41",
    name: "KORE TELS2",
    productOffer: "TELS2 LTE 3-in-1",
    productOfferType: "Thales",
    iccidPrefix: "8961012340",
    imsiPrefix: "505010",
    msisdnPrefix: "6114",
    eidPrefix: EID_B,
    apns: ["3380", "3381"],
    ipPrefix: "10.8",
    needs: "ipnd",
  },
];

export function serviceTypeNamed(name: ServiceTypeName): ServiceType {
  const found = SERVICE_TYPES.find((type) => type.name === name);
  if (!found) throw new RangeError(`no service type is named ${JSON.stringify(name)}`);
  return found;
}
