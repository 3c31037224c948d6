import { expect, test, vi } from "vitest";
import { demoOfReplicas } from "../../src/commands/demo.ts";

vi.mock("../../src/server/storage/postgres/private-server.ts", () => ({ postgresPrograms: () => undefined }));

test("13.6 without PostgreSQL the demo of several replicas says what is missing, and starts nothing", async () => {
  const say = vi.fn();
  const asked = demoOfReplicas(3, {}, { say, stopped: new Promise(() => undefined) });
  await expect(asked).rejects.toThrow(/--replicas: needs PostgreSQL, 13 or newer: there is no initdb in PATH/);
  expect(say).not.toHaveBeenCalled();
});
