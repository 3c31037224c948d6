import { parseJson } from "../../common/json.ts";
import { type Fault, type FaultEffect } from "../faults/faults.ts";
import { type WebhookOptions } from "../webhooks/options.ts";

/** An invalid control call. Its message is that of the 400. */
export class InvalidControlCall extends Error {}

type Json = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isCount: Check = (v) => typeof v === "number" && Number.isInteger(v) && v >= 0;
const isText: Check = (v) => typeof v === "string" && v !== "";
const oneOf =
  (...values: readonly string[]): Check =>
  (v) =>
    typeof v === "string" && values.includes(v);

interface Field {
  readonly check: Check;
  readonly rule: string;
  readonly required?: true;
}

const MATCH: Readonly<Record<string, Field>> = {
  effect: { check: isText, rule: "a text", required: true },
  method: { check: isText, rule: "a text" },
  path: { check: (v) => typeof v === "string" && v.startsWith("/"), rule: "a text that starts with /" },
  after: { check: isCount, rule: "a whole number from 0" },
  times: { check: (v) => isCount(v) && v !== 0, rule: "a whole number from 1" },
};

const EFFECTS: Readonly<Record<FaultEffect["effect"], Readonly<Record<string, Field>>>> = {
  latency: { ms: { check: isCount, rule: "a whole number from 0", required: true } },
  status: {
    status: {
      check: (v) => isCount(v) && Number(v) >= 200 && Number(v) <= 599,
      rule: "an HTTP status from 200 to 599",
      required: true,
    },
    message: { check: isText, rule: "a text" },
    retryAfter: { check: (v) => isCount(v) || isText(v), rule: "seconds or an HTTP date" },
    processed: { check: (v) => typeof v === "boolean", rule: "true or false" },
  },
  drop: { when: { check: oneOf("before", "after", "during"), rule: "before, after or during", required: true } },
  truncate: {},
  html: {},
  empty: {},
  "wrong-types": { of: { check: oneOf("lists", "numbers", "strings"), rule: "lists, numbers or strings" } },
  "unknown-enums": {},
  "expire-tokens": {},
};

export function parseBody(body: string): unknown {
  const value = parseJson(body);
  if (value === undefined) throw new InvalidControlCall("the body must be JSON");
  return value;
}

export function parseFault(value: unknown): Fault {
  const given = object(value);
  const name = given["effect"];
  const effects = Object.keys(EFFECTS);
  if (typeof name !== "string" || !effects.includes(name))
    throw new InvalidControlCall(`effect must be one of ${effects.join(", ")}`);
  check(given, { ...MATCH, ...EFFECTS[name as FaultEffect["effect"]] });
  return given as unknown as Fault; // every field has just been checked
}

export function parseAdvance(value: unknown): number {
  const given = object(value);
  check(given, { advanceMs: { check: isCount, rule: "a whole number from 0", required: true } });
  return Number(given["advanceMs"]);
}

/** Ranges and the address are checked by `checkedWebhook`. */
export function parseWebhook(value: unknown): WebhookOptions {
  const given = object(value);
  check(given, {
    url: { check: isText, rule: "a text", required: true },
    secret: { check: isText, rule: "a text" },
    accessTokenKey: { check: isText, rule: "a text" },
    accessToken: { check: isText, rule: "a text" },
    callbackUrl: { check: isText, rule: "a text" },
    copies: { check: isCount, rule: "a whole number" },
    hold: { check: isCount, rule: "a whole number" },
    signWith: { check: isText, rule: "a text" },
  });
  return given as unknown as WebhookOptions; // every field has just been checked
}

function object(value: unknown): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw new InvalidControlCall("the body must be a JSON object");
}

function check(given: Json, fields: Readonly<Record<string, Field>>): void {
  for (const key of Object.keys(given)) {
    if (!(key in fields))
      throw new InvalidControlCall(`unknown field ${key}; it takes ${Object.keys(fields).join(", ")}`);
  }
  for (const [key, field] of Object.entries(fields)) {
    const value = given[key];
    if (value === undefined ? field.required === true : !field.check(value))
      throw new InvalidControlCall(`${key} must be ${field.rule}`);
  }
}
