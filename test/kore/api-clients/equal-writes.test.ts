import { beforeEach, describe, expect, test } from "vitest";
import { Scene } from "./fixtures.ts";

let scene: Scene;
beforeEach(() => (scene = new Scene()));

describe.each(["key", null])("A write that another replica has begun (request key: %s)", (key) => {
  const asked = (suffix: string) => scene.kore.asked.filter((line) => line.startsWith("POST") && line.endsWith(suffix));

  test("creates no second client, and the secret is returned once", async () => {
    const results = await Promise.all([scene.create(key), scene.create(key, "Depot", scene.startBeside())]);
    expect(results.map(({ outcome, secretStatus }) => [outcome, secretStatus])).toEqual([
      ["DONE", "SHOWN_NOW"],
      ["DONE", "ALREADY_SHOWN"],
    ]);
    expect(asked("/clients")).toHaveLength(1);
  });

  test("renews no key twice", async () => {
    const { client_id: id } = scene.kore.hold({});
    const results = await Promise.all([scene.renew(id, key), scene.renew(id, key, scene.startBeside())]);
    expect(results.map(({ secretStatus }) => secretStatus)).toEqual(["SHOWN_NOW", "ALREADY_SHOWN"]);
    expect(asked("/renew-key")).toHaveLength(1);
  });
});
