import { StoreUnavailable } from "../../../src/common/store/store-errors.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { KoreError } from "../../../src/kore/errors.ts";
import { MINUTE, OWN, Scene, cut } from "./fixtures.ts";

let scene: Scene;
beforeEach(() => (scene = new Scene()));

const made = { outcome: "DONE", secretStatus: "SHOWN_NOW" };
const adopted = { outcome: "ADOPTED", secretStatus: "LOST" };
const unknown = { outcome: "OUTCOME_UNKNOWN", secretStatus: "LOST", reason: "REPLY_LOST" };

describe("The ledger", () => {
  test("records a creation before its POST, and never its secret", async () => {
    scene.kore.onCreate = (make) => {
      expect(scene.store.text()).toContain("sending");
      return make();
    };
    const { secret } = await scene.create();
    expect(secret?.reveal()).toBe("made-secret");
    expect(scene.store.text()).not.toContain("made-secret");
    expect(scene.store.text()).not.toContain('"key"'); // Request keys are kept as hashes.
  });

  test("sends nothing when the record fails", async () => {
    scene.store.onWrite = () => {
      throw new Error("The disk is full");
    };
    await expect(scene.create()).rejects.toThrow("disk is full");
    expect(scene.kore.asked).toEqual([]);
  });

  test("returns the secret when the outcome cannot be recorded, and adopts the client later", async () => {
    scene.kore.onCreate = (make) => {
      scene.store.onWrite = () => {
        throw new StoreUnavailable("The disk is full");
      };
      return make();
    };
    expect(await scene.create()).toMatchObject(made);
    expect(scene.notKept).toHaveLength(1);
    scene.store.onWrite = () => undefined;
    scene.writes = scene.start();
    await scene.writes.recover();
    expect(await scene.create()).toMatchObject({ ...adopted, clientId: scene.heldAs()[0]?.client_id });
    expect(scene.kore.posts()).toBe(1);
  });

  test("returns the secret of an otherwise malformed reply", async () => {
    scene.kore.onCreate = (make) => ({ ...(make() as object), account_id: ["acct_home"], client_type: {}, locked: 7 });
    expect(await scene.writes.create({ name: "Depot", locked: false, scopes: {} }, null, { who: "ops" })).toMatchObject(
      made,
    );
  });

  test("deletes old commands, after which a key can be used again", async () => {
    await scene.create();
    await scene.writes.prune(scene.clock.time + 1);
    expect(scene.store.keys()).toEqual([]);
    expect(await scene.create()).toMatchObject(made);
  });
});

describe("After a crash", () => {
  test.each(["key", null])("a client that KORE created is adopted, and not created again (key: %s)", async (key) => {
    await scene.crashInCreation("make", key);
    await scene.writes.recover();
    expect(scene.kore.posts()).toBe(1);
    expect(scene.audited.at(-1)).toMatchObject({ isRecovery: true, outcome: "ADOPTED" });
    if (key !== null) expect(await scene.create(key)).toMatchObject(adopted);
    expect(scene.heldAs()).toHaveLength(1);
  });

  test("a creation that KORE did not get is sent by a repetition only, once", async () => {
    await scene.crashInCreation("lose");
    await scene.writes.recover();
    expect(scene.heldAs()).toEqual([]);
    expect(scene.kore.posts()).toBe(1);
    expect(scene.audited.at(-1)).toMatchObject({ isRecovery: true, outcome: "NOT_SENT" });
    expect(await scene.create()).toMatchObject(made);
    expect(scene.heldAs()).toHaveLength(1);
  });

  test("a client that becomes visible late is awaited as long as a call may take", async () => {
    await scene.crashInCreation("lose");
    const recovered = scene.writes.recover();
    const again = scene.create();
    await scene.clock.sleep(0);
    scene.kore.hold({ name: "Depot" });
    await recovered;
    expect(await again).toMatchObject(adopted);
    expect(scene.kore.posts()).toBe(1);
  });

  test("writes wait until earlier ones are reconciled", async () => {
    await scene.crashInCreation("make");
    void scene.writes.recover();
    expect(await scene.create()).toMatchObject(adopted);
    expect(scene.kore.posts()).toBe(1);
  });

  test("a renewal has an unknown outcome, and is not sent again", async () => {
    const { client_id: id } = scene.kore.hold({});
    scene.kore.onRenew = () => new Promise(() => undefined);
    void scene.renew(id);
    while (!scene.kore.asked.includes(`POST /v1/clients/${id}/renew-key`)) await scene.clock.sleep(0);
    scene.kore.onRenew = (make) => make();
    scene.writes = scene.start();
    await scene.writes.recover();
    expect(await scene.renew(id)).toMatchObject(unknown);
    expect(scene.kore.asked.filter((line) => line.endsWith("/renew-key"))).toHaveLength(1);
    expect(await scene.renew(id, "another")).toMatchObject(made);
  });

  test.each(["make", "lose"] as const)(
    "repeated crashes, also during reconciliation, create one client (KORE: %s)",
    async (does) => {
      await scene.crashInCreation(does);
      for (let crash = 0; crash < 4; crash += 1) {
        let writes = 0;
        scene.store.onWrite = () => {
          if (writes++ === crash) throw new Error("The process is dead");
        };
        const dead = scene.start();
        scene.writes = dead;
        await dead.recover().catch(() => undefined);
        scene.store.onWrite = () => undefined;
        scene.writes = scene.start();
      }
      await scene.writes.recover();
      await scene.create();
      await scene.create();
      expect(scene.heldAs()).toHaveLength(1);
    },
  );
});

describe("An unacknowledged creation", () => {
  const lose = (then: () => void = () => undefined) => {
    scene.kore.onCreate = (make) => {
      make();
      scene.kore.onCreate = (again) => again();
      then();
      throw cut();
    };
  };

  test("is awaited until it becomes visible", async () => {
    let lists = 0;
    lose(() => {
      scene.kore.onList = (reply) => (++lists < 3 ? { ...reply, clients: [] } : reply);
    });
    expect(await scene.create()).toMatchObject(adopted);
    expect(lists).toBe(3);
    expect(scene.kore.posts()).toBe(1);
  });

  test.each<[why: string, twin: object, age: number]>([
    ["of another name", { name: "Depot 2" }, 0],
    ["of another account", { account_id: "acct_other" }, 0],
  ])("does not adopt a client %s", async (_, twin, age) => {
    scene.kore.onCreate = () => {
      scene.kore.hold(twin, age);
      scene.kore.onCreate = (make) => make();
      throw cut();
    };
    expect(await scene.create()).toMatchObject(made);
    expect(scene.kore.posts()).toBe(2);
  });

  test.each<[why: string, twin: object, age: number]>([
    ["whose name KORE has tidied up", { name: " depot" }, 0],
    ["whose date cannot be read", { date_created: "yesterday" }, 0],
    ["without an account", { account_id: "" }, 0],
    ["a little too old", {}, -2 * MINUTE],
    ["much too old", {}, -60 * MINUTE],
  ])("is neither adopted nor sent again beside a client %s", async (_, twin, age) => {
    scene.kore.onCreate = () => {
      scene.kore.hold(twin, age);
      throw cut();
    };
    const result = await scene.create();
    expect(result).toMatchObject(unknown);
    expect(result.message).toContain("apiclient_1");
    expect(scene.kore.posts()).toBe(1);
  });

  describe("C1.3 is never excluded by a date alone:", () => {
    test.each([-600, -180, -60, 60, 180, 600, 40 * 24 * 60])(
      "KORE created it with a clock that is off by %i minutes",
      async (minutes) => {
        scene.kore.onCreate = () => {
          scene.kore.hold({}, minutes * MINUTE);
          scene.kore.onCreate = (make) => make();
          throw cut();
        };
        const result = await scene.create();
        expect(result).toMatchObject(unknown);
        expect(result.message).toContain("apiclient_1");
        expect(scene.kore.posts()).toBe(1);
        expect(await scene.create()).toMatchObject(unknown);
        expect(scene.kore.posts()).toBe(1);
      },
    );

    test("nor after a crash", async () => {
      await scene.crashInCreation("lose");
      scene.kore.hold({}, -180 * MINUTE);
      await scene.writes.recover();
      expect(await scene.create()).toMatchObject(unknown);
      expect(scene.kore.posts()).toBe(1);
    });

    test("another requestKey creates another client", async () => {
      scene.kore.hold({}, -180 * MINUTE);
      scene.kore.onCreate = () => {
        scene.kore.onCreate = (make) => make();
        throw cut();
      };
      const { message } = await scene.create("first");
      expect(message).toContain("with another requestKey");
      expect(await scene.create("second")).toMatchObject(made);
      expect(scene.kore.posts()).toBe(2);
    });

    test("clients of other commands are ignored", async () => {
      await scene.create("first");
      scene.clock.time += 180 * MINUTE;
      scene.kore.onCreate = () => {
        scene.kore.onCreate = (make) => make();
        throw cut();
      };
      expect(await scene.create("second")).toMatchObject(made);
      expect(scene.kore.posts()).toBe(3);
    });

    test("a matching client is adopted instead", async () => {
      scene.kore.hold({}, -180 * MINUTE);
      lose();
      expect(await scene.create()).toMatchObject({ ...adopted, clientId: "apiclient_2" });
      expect(scene.kore.posts()).toBe(1);
    });
  });

  test("does not adopt a client of another command", async () => {
    const first = await scene.create("first");
    lose();
    const second = await scene.create("second");
    expect(second).toMatchObject(adopted);
    expect(second.clientId).not.toBe(first.clientId);
  });

  test("without an account is searched in the account of our own client", async () => {
    scene.kore.onCreate = () => {
      scene.kore.hold({ account_id: "acct_other" });
      scene.kore.hold({ account_id: "acct_home" });
      throw cut();
    };
    const result = await scene.writes.create({ name: "Depot", locked: false, scopes: {} }, null, { who: "ops" });
    expect(result).toMatchObject({ ...adopted, clientId: "apiclient_2" });
  });

  test.each<[why: string, spoil: (reply: Record<string, unknown>, page: number) => unknown]>([
    ["has no clients in it", ({ meta }) => ({ meta })],
    ["says that there is more, and shows the same", (reply) => ({ ...reply, meta: { next_page_url: "x" } })],
    ["is no list", () => ({ clients: "none" })],
  ])("is not proven absent by a list that %s", async (_, spoil) => {
    scene.kore.onCreate = () => {
      throw cut();
    };
    scene.kore.onList = spoil;
    expect(await scene.create()).toMatchObject(unknown);
    expect(scene.kore.posts()).toBe(1);
  });

  test("is found in a list of many small pages", async () => {
    scene.kore.pageLimit = 3;
    for (let n = 0; n < 10; n += 1) scene.kore.hold({ name: `Other ${n}` }, -100 * MINUTE);
    lose();
    expect(await scene.create()).toMatchObject(adopted);
  });

  test("is not proven absent by a list that changes between its pages", async () => {
    scene.kore.pageLimit = 3;
    for (let n = 0; n < 10; n += 1) scene.kore.hold({ name: `Other ${n}` }, -100 * MINUTE);
    scene.kore.onCreate = () => {
      throw cut();
    };
    scene.kore.onList = (reply, page) => {
      if (page === 2) scene.kore.held.splice(1, 1);
      return reply;
    };
    expect(await scene.create()).toMatchObject(unknown);
    expect(scene.kore.posts()).toBe(1);
  });

  test("is awaited longer after a timeout", async () => {
    scene.kore.onCreate = () => {
      scene.kore.onCreate = (make) => make();
      throw new KoreError("timeout", "late", { operation: "POST" });
    };
    const start = scene.clock.time;
    expect(await scene.create()).toMatchObject(made);
    expect(scene.clock.time - start).toBeGreaterThanOrEqual(MINUTE);
  });

  test("does not delay creations of other names", async () => {
    scene.kore.onCreate = (make) => {
      scene.kore.onCreate = (again) => again();
      make();
      throw new KoreError("timeout", "late", { operation: "POST" });
    };
    scene.kore.onList = () => new Promise(() => undefined);
    void scene.create("first", "Slow");
    expect(await scene.create("second", "Quick")).toMatchObject(made);
  });
});

describe("The audit trail", () => {
  test("has one record per write, with a hash of the key and without the secret", async () => {
    await scene.create();
    await scene.create(); // A replay writes nothing.
    expect(scene.audited).toEqual([
      {
        who: "ops",
        operation: "createClient",
        accountId: "acct_home",
        clientId: "apiclient_1",
        requestKeyHash: expect.stringMatching(/^[\w-]{43}$/) as string,
        outcome: "DONE",
        isRecovery: false,
      },
    ]);
    expect(JSON.stringify(scene.audited)).not.toContain("made-secret");
  });

  test("has a record of writes that were not sent", async () => {
    scene.kore.onCreate = () => {
      throw new KoreError("rate-limited", "slowly", { operation: "POST", status: 429 });
    };
    await expect(scene.create()).rejects.toThrow("slowly");
    expect(scene.audited).toMatchObject([{ outcome: "NOT_SENT", clientId: null }]);
  });
});

describe("Our own client", () => {
  test("is revoked when its key is renewed, and its tokens expire after an ambiguous outcome", async () => {
    await scene.renew(OWN, "one");
    expect(scene.credentials).toEqual(["revoked"]);
    scene.kore.onRenew = () => {
      throw cut();
    };
    await scene.renew(OWN, "two");
    expect(scene.credentials).toEqual(["revoked", "expired"]);
  });
});
