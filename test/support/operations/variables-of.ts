import { parse } from "graphql";
import { EXAMPLE_IDS } from "../kore/contract-examples.ts";
import { operationOf } from "./only-field.ts";

const BY_TYPE: Readonly<Record<string, unknown>> = {
  ICCID: EXAMPLE_IDS.iccid,
  EID: EXAMPLE_IDS.eid,
  MSISDN: EXAMPLE_IDS.msisdn,
  Date: "2026-01-02",
  Int: 1,
};

function idOf(name: string): string {
  if (name === "childAccountId") return EXAMPLE_IDS.childAccountId;
  return /account/i.test(name) ? EXAMPLE_IDS.accountId : EXAMPLE_IDS.id;
}

/** Values for an operation's variables, by their types and names. */
export function variablesOf(text: string): Record<string, unknown> {
  const { variableDefinitions = [] } = operationOf(parse(text));
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable: { name }, type }) => {
      const printed = JSON.stringify(type);
      const of = Object.keys(BY_TYPE).find((one) => printed.includes(`"${one}"`));
      const isId = printed.includes('"ID"');
      const value = isId ? idOf(name.value) : of && BY_TYPE[of];
      if (value === undefined) return [];
      return [[name.value, printed.includes('"ListType"') ? [value] : value]];
    }),
  );
}
