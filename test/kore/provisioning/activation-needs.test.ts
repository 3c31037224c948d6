import { expect, test } from "vitest";
import { ActivationNeeds } from "../../../src/kore/provisioning/activation-needs.ts";

const needs = (message: string | null, imei?: string) => {
  const known = new ActivationNeeds();
  known.learn("acme", [{ id: "1", iccid: null, serviceTypeId: "12", ...(imei && { imei }) }], { 1: message });
  expect(known.of("other", "12").size + known.of("acme", "13").size).toBe(0);
  return [...known.of("acme", "12")];
};

test.each([
  ["imei or sku is required for VZW", ["IMEI_OR_SKU"]],
  ["IMEI is mandatory", ["IMEI"]],
  ["Missing SKU", ["SKU"]],
  ["aus-ipnd-info is required for KORE TELS2", ["IPND"]],
  ["IMEI is invalid", []],
  ["The plan is required", []],
  [null, []],
])("KORE's message %j names the needs %j", (message, expected) => {
  expect(needs(message)).toEqual(expected);
});

test("a failure of a SIM with an IMEI does not show that one is required", () => {
  expect(needs("another imei is required", "356938035643809")).toEqual([]);
});
