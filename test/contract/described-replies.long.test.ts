import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentedOperations } from "../../src/server/graphql/documented-operations.ts";
import { startApp } from "../support/app.ts";
import { readContract } from "../support/kore/contract-examples.ts";
import { installPrism, startDescribedKore } from "../support/kore/described-kore.ts";
import { MORE_OPERATIONS } from "../support/operations/rarely-shown.ts";
import { variablesOf } from "../support/operations/variables-of.ts";

/*
 * KORE answers as its contracts describe: with their examples, and with random values of each type. The graph reads
 * whatever they allow, and sends nothing that they do not. KORE_CONTRACTS: a folder with other OpenAPI documents, such as
 * those that KORE publishes. A seed gives the same replies again: -t "seed 7$".
 */

const DEFECTS: readonly string[] = ["INTERNAL_SERVER_ERROR", "KORE_CONTRACT_BROKEN"];

/** Nothing of this KORE appears or changes later. */
const ENVIRONMENT = {
  PROVISIONING_SETTLE_MS: "0",
  PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "0",
  PROVISIONING_MAX_WAIT_SECONDS: "0",
  CACHE_SECONDS: "0",
  KORE_ACCOUNT_EMAIL: "ops@acme.example",
};

const installed = await installPrism();
const operations = [...(await documentedOperations()), ...MORE_OPERATIONS].filter(
  (text) => !/^subscription/m.test(text),
);
const reached = Object.values(
  await readContract<Record<string, { operation: string; fields?: string[] }[]>>("operations.yaml"),
).flatMap((group) => group.flatMap(({ operation, fields }) => (fields ? [operation] : [])));

describe.skipIf(installed === undefined)("KORE's replies as its contracts describe them", () => {
  let kore: Awaited<ReturnType<typeof startDescribedKore>>;
  beforeAll(async () => {
    kore = await startDescribedKore(installed ?? "", process.env.KORE_CONTRACTS);
  });
  afterAll(() => kore.stop());

  test("their examples are read", async () => {
    kore.answerWith({ dynamic: false });
    expect(await defects()).toEqual([]);
  });

  test.each(Array.from({ length: 50 }, (_, index) => String(index + 1)))(
    "random values of each type are read, seed %s",
    async (seed) => {
      kore.answerWith({ dynamic: true, seed });
      expect(await defects()).toEqual([]);
    },
  );

  test("all requests were allowed by the contracts, and all operations that the graph reaches were among them", () => {
    expect(kore.refused).toEqual([]);
    expect(reached.filter((operation) => !kore.answered.has(operation))).toEqual([]);
  });

  /** Errors of all operations, and lines of the log, that show a defect of KORE's or of ours. */
  async function defects(): Promise<string[]> {
    const urls = { KORE_CONNECTIVITY_URL: kore.url, KORE_SMS_URL: kore.url, KORE_CLIENTS_URL: kore.url };
    const app = await startApp({}, { ...urls, ...ENVIRONMENT });
    const found: string[] = [];
    for (const text of operations) {
      const { errors = [] } = await app.graph.query(text, { ...app.kore.examples, ...variablesOf(text) });
      for (const { message, path, extensions } of errors) {
        if (DEFECTS.includes(extensions.code)) found.push(`${path?.join(".") ?? text}: ${extensions.code} ${message}`);
      }
    }
    await app.stop();
    const lines = app
      .logged()
      .filter(({ level, msg }) => level === "error" || msg === "a reply of KORE's breaks its contract");
    return [...found, ...lines.map((line) => JSON.stringify(line))];
  }
});
