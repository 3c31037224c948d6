import { parseArgs } from "node:util";
import { OPERATIONS, type Operation } from "./operations.ts";

export const HELP = `What the graph costs, next to a hand-written server that makes the same calls to the same KORE.

  --rounds 5        measured runs of each server and operation, taken in turns
  --seconds 3       length of each
  --connections 10  callers at once; each waits for its answer before it asks again
  --only flat,...   some of: ${OPERATIONS.map(({ name }) => name).join(", ")}
  --json            every number, for machines
  --help

Everything runs on this machine, one process each: a stub of KORE that answers at once out of memory, the compiled
graph in production mode, the hand-written server, and the callers.
`;

export interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly operations: readonly Operation[];
  readonly json: boolean;
  readonly help: boolean;
}

/** A mistake of the person at the keyboard: its message is all they need. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(args: string[]): Options {
  const values = parsed(args);
  return {
    rounds: integer("rounds", values.rounds, 50),
    seconds: integer("seconds", values.seconds, 60),
    connections: integer("connections", values.connections, 256),
    operations: values.only === undefined ? OPERATIONS : values.only.split(",").map(operation),
    json: values.json,
    help: values.help,
  };
}

function parsed(args: string[]) {
  const text = (initial: string) => ({ type: "string", default: initial }) as const;
  const flag = { type: "boolean", default: false } as const;
  const options = {
    rounds: text("5"),
    seconds: text("3"),
    connections: text("10"),
    only: { type: "string" },
    json: flag,
    help: flag,
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function integer(name: string, value: string, max: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= max) return number;
  throw new UsageError(`--${name}: must be a whole number from 1 to ${max}`);
}

function operation(name: string): Operation {
  const found = OPERATIONS.find((one) => one.name === name.trim());
  if (found) return found;
  throw new UsageError(`--only: "${name}" is none of ${OPERATIONS.map((one) => one.name).join(", ")}`);
}
