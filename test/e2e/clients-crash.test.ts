import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { type Reply, environmentOf } from "../support/app.ts";
import { type Written, textOf } from "../support/clients.ts";
import { type Passage, type Wire, startWire } from "../support/crash-wire.ts";
import { type Process, command } from "../support/process.ts";

let kore: Simulator;
let wire: Wire;
let store: string;
let graph: { process: Process; url: string };

beforeEach(async () => {
  kore = await startSimulator({ clock: "real", accounts: { acme: { sims: 1, name: "Acme" } } });
  wire = await startWire(kore.url);
  store = join(await mkdtemp(join(tmpdir(), "kore-graph-crash-")), "store");
  graph = await start();
});
afterEach(async () => {
  await kill();
  await wire.stop();
  await kore.stop();
  await rm(join(store, ".."), { recursive: true, force: true });
});

/** The real process in front of KORE, at the far end of the wire. */
async function start(): Promise<typeof graph> {
  const process = command(["serve"], {
    ...environmentOf(kore),
    KORE_CLIENTS_URL: wire.url,
    KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on",
    PORT: "0",
    PLAYGROUND: "off",
    STORE_PATH: store,
    PROVISIONING_SETTLE_MS: "200",
    PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "1500",
  });
  const [, url = ""] = await process.said(/kore-graph +(http:\S+)/);
  return { process, url };
}

async function kill(): Promise<void> {
  graph.process.signal("SIGKILL");
  expect(await graph.process.ended).toBe("SIGKILL");
}

async function write(mutation: "createClient" | "renewClientKey", input: object): Promise<Written> {
  const reply = await fetch(graph.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: textOf(mutation), variables: { input } }),
  });
  const { data, errors } = (await reply.json()) as Reply<{ written: Written | null }>;
  if (!data?.written) throw new Error(JSON.stringify(errors));
  return data.written;
}

/** Writes, kills the process once the wire holds the request or its reply, and starts it again. */
async function crashIn(writing: () => Promise<unknown>, passage: Passage): Promise<void> {
  const held = wire.hold(passage);
  const cutOff = writing().then(
    () => expect.fail("was answered before the crash"),
    () => undefined,
  );
  await held;
  await kill();
  await cutOff;
  graph = await start();
}

const create = (requestKey: string | null) => write("createClient", { name: "Depot", requestKey });
const depots = () => kore.clients().filter(({ name }) => name === "Depot");
const posts = () => kore.log().filter(({ method, path }) => method === "POST" && path === "/v1/clients").length;

describe("A process that is killed", () => {
  test.each(["spring", null])(
    "before its creation reached KORE makes one client when asked again (key: %s)",
    async (key) => {
      await crashIn(() => create(key), "request lost");
      expect(depots()).toEqual([]);
      expect(await create(key)).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
      expect(depots()).toHaveLength(1);
    },
  );

  test("after KORE made its client makes no second one, and says that the secret is lost", async () => {
    await crashIn(() => create("spring"), "reply lost");
    expect(await create("spring")).toMatchObject({
      outcome: "ADOPTED",
      secretStatus: "LOST",
      clientSecret: null,
      client: { id: depots()[0]?.id },
    });
    expect(depots()).toHaveLength(1);
    expect(posts()).toBe(1);
  });

  test("while its creation is on its way makes no second one, though it arrives only after the restart", async () => {
    await crashIn(() => create("spring"), "request late");
    const answer = create("spring");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await wire.letGo();
    expect(await answer).toMatchObject({ outcome: "ADOPTED", secretStatus: "LOST" });
    expect(posts()).toBe(1);
  });

  test("in a renewal does not renew again by itself, and says what to do", async () => {
    const { id } = (await create("spring")).client ?? {};
    const renew = (requestKey: string) => write("renewClientKey", { id, confirm: "Depot", requestKey });
    await crashIn(() => renew("first"), "reply lost");
    expect(await renew("first")).toMatchObject({ outcome: "OUTCOME_UNKNOWN", secretStatus: "LOST" });
    expect(await renew("second")).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
    expect(kore.log().filter(({ path }) => path.endsWith("/renew-key"))).toHaveLength(2);
  });
});
