import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator } from "../../../src/simulator/index.ts";
import { type Written, textOf } from "../../support/clients.ts";
import { CrashEnvironment } from "../../support/fleet/crash-environment.ts";
import { type CrashProxy } from "../../support/network/crash-proxy.ts";

let environment: CrashEnvironment;
let kore: Simulator;
let proxy: CrashProxy;

beforeEach(async () => {
  environment = await CrashEnvironment.open({ accounts: { acme: { sims: 1, name: "Acme" } } }, ({ url }) => ({
    KORE_CLIENTS_URL: url,
    KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on",
  }));
  ({ kore, proxy } = environment);
});
afterEach(() => environment.close());

async function write(mutation: "createClient" | "renewClientKey", input: object): Promise<Written> {
  const { data, errors } = await environment.post<{ written: Written | null }>(textOf(mutation), { input });
  if (!data?.written) throw new Error(JSON.stringify(errors));
  return data.written;
}

const create = (requestKey: string | null) => write("createClient", { name: "Depot", requestKey });
const depots = () => kore.clients().filter(({ name }) => name === "Depot");
const posts = () => kore.log().filter(({ method, path }) => method === "POST" && path === "/v1/clients").length;

describe("A process that is killed", () => {
  test.each(["spring", null])(
    "before its creation reached KORE makes one client when asked again (key: %s)",
    async (key) => {
      await environment.killIn(() => create(key), "request lost");
      await environment.start();
      expect(depots()).toEqual([]);
      expect(await create(key)).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
      expect(depots()).toHaveLength(1);
    },
  );

  test("after KORE made its client makes no second one, and says that the secret is lost", async () => {
    await environment.killIn(() => create("spring"), "reply lost");
    await environment.start();
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
    await environment.killIn(() => create("spring"), "request late");
    await environment.start();
    const answer = create("spring");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await proxy.letGo();
    expect(await answer).toMatchObject({ outcome: "ADOPTED", secretStatus: "LOST" });
    expect(posts()).toBe(1);
  });

  test("in a renewal does not renew again by itself, and names the next step", async () => {
    const { id } = (await create("spring")).client ?? {};
    const renew = (requestKey: string) => write("renewClientKey", { id, confirm: "Depot", requestKey });
    await environment.killIn(() => renew("first"), "reply lost");
    await environment.start();
    expect(await renew("first")).toMatchObject({ outcome: "OUTCOME_UNKNOWN", secretStatus: "LOST" });
    expect(await renew("second")).toMatchObject({ outcome: "DONE", secretStatus: "SHOWN_NOW" });
    expect(kore.log().filter(({ path }) => path.endsWith("/renew-key"))).toHaveLength(2);
  });
});
