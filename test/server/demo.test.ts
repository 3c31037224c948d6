import { expect, test, vi } from "vitest";
import { demoOfReplicas } from "../../src/commands/demo.ts";

vi.mock(import("../../src/server/storage/postgres/temporary-postgres.ts"), async (original) => ({
  ...(await original()),
  postgresPrograms: () => undefined,
}));

test("13.6 without PostgreSQL the demo of several replicas names PostgreSQL as missing, and starts nothing", async () => {
  const say = vi.fn();
  const asked = demoOfReplicas(3, {}, { say, stopped: new Promise(() => undefined) });
  await expect(asked).rejects.toThrow(/--replicas: needs PostgreSQL, 13 or newer: there is no initdb in PATH/);
  expect(say).not.toHaveBeenCalled();
});
