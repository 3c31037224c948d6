// Written by "npm run generate:schema".

/** GraphQL Code Generator: `config.scalars`. Relay: `customScalarTypes`. */
export const scalars = {
  BigInt: "string",
  Date: "string",
  DateTime: "string",
  EID: "string",
  EmailAddress: "string",
  ICCID: "string",
  IMEI: "string",
  IMSI: "string",
  MSISDN: "string",
} as const;

/** gql.tada: `scalars`. */
export type Scalars = { [Name in keyof typeof scalars]: string };
