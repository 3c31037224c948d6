import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PlaygroundOptions } from "../../src/server/playground/index.ts";
import { startApp } from "../support/app.ts";
import { authEnvironment, keysFile } from "../support/auth.ts";
import { chromiumAvailable, launchChromium } from "../support/chromium.ts";
import { afterTest } from "../support/vitest/cleanup.ts";
import { visit } from "./playground-page.ts";

describe.skipIf(!chromiumAvailable)("the playground in a browser without other network access", () => {
  let app: Awaited<ReturnType<typeof startApp>>;
  let browser: Browser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([
      startApp({}, { KORE_MODE: "simulator", SIMULATOR_PORT: "0" }),
      launchChromium(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await app.stop();
  });

  test("a live tab starts an order and shows its course", async () => {
    const { page, openTab, shown, outside, problems } = await visit(browser, app.url);
    await openTab("WatchProvisioningRequest");
    await page.getByRole("button", { name: "SuspendSims", exact: true }).click();
    await page.getByRole("status").getByText("SuspendSims is request").waitFor();
    await expect.poll(shown).toMatch(/"status":\s"(SUBMITTED|PENDING)"/);
    await expect.poll(shown, { timeout: 15_000 }).toMatch(/"status":\s"COMPLETED"/);
    await openTab("WatchSimStates");
    await page.getByRole("button", { name: "ReactivateSims", exact: true }).click();
    await expect.poll(shown, { timeout: 15_000 }).toMatch(/"newState":\s"ACTIVE"/);
    await openTab("WatchAccountEvents");
    await page.getByRole("button", { name: "SuspendSims", exact: true }).click();
    await expect.poll(shown, { timeout: 15_000 }).toMatch(/"ruleName":\s"Provisioning request moved on"/);
    expect({ outside, problems }).toEqual({ outside: [], problems: [] });
  }, 60_000);

  test("it lists the documented operations, and each of them answers without an error", async () => {
    const settings = (await (await fetch(new URL("/playground/tabs.json", app.url))).json()) as PlaygroundOptions;
    const { page, outside, problems, openTab, run } = await visit(browser, app.url);

    const titles = await page.locator(".operation-name").allInnerTexts();
    expect(titles.length).toBeGreaterThan(0);
    expect(titles.toSorted()).toEqual(
      settings.tabs.map(({ query }) => /^(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1]).sort(),
    );
    expect(await page.locator(".badge").innerText()).toBe("simulator");

    const clock = new URL("/_simulator/clock", app.simulatorUrl);
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ advanceMs: 5_000 });
    const clockRun = setInterval(() => void fetch(clock, { method: "POST", headers, body }), 500); // Some operations wait until the simulator is done.
    afterTest(() => clearInterval(clockRun));
    // Live ones go on for as long as they are watched; one has a test of its own.
    for (const title of titles.filter((name) => !name.startsWith("Watch"))) {
      await openTab(title);
      const { data, errors } = await run();
      expect({ title, errors }).toEqual({ title, errors: undefined });
      expect(data).toBeTruthy();
    }
    expect({ outside, problems }).toEqual({ outside: [], problems: [] });
  }, 120_000); // There are many.

  test("a SIM is activated and watched until KORE is done", async () => {
    const { openTab, setVariables, execute, run, shown, outside, problems } = await visit(browser, app.url);
    await openTab("ActivateSim");
    const { data } = (await run()) as { data: { activateSubscriptions: { requests: { id: string }[] } } };
    const [request] = data.activateSubscriptions.requests;
    await openTab("WatchProvisioningRequest");
    await setVariables({ accountId: "cmp-pp-org-4100", provisioningRequestId: request?.id });
    await execute();
    await expect.poll(shown, { timeout: 15_000 }).toMatch(/"status":\s"COMPLETED"/);
    expect(await shown()).toMatch(/"outcome":\s"SUCCEEDED"/);
    expect({ outside, problems }).toEqual({ outside: [], problems: [] });
  });

  test("with authentication, a credential in one tab's headers serves all tabs and live updates", async () => {
    const file = await keysFile({ name: "ada", role: "operator", accounts: "*" });
    const env = { KORE_MODE: "simulator", SIMULATOR_PORT: "0", ...authEnvironment({ keys: file }) };
    const guarded = await startApp({}, env);
    try {
      const { page, openTab, setHeaders, setVariables, execute, run, shown, outside, problems } = await visit(
        browser,
        guarded.url,
      );
      expect(await shown()).toMatch(/requires\sa\scredential/); // Nothing was sent.
      const schemaRead = page.waitForResponse((answer) => answer.request().postData()?.includes("__schema") ?? false);
      await setHeaders({ authorization: `Bearer ${file.keys[0] ?? ""}` });
      expect((await run()).data).toBeTruthy();
      expect((await schemaRead).status()).toBe(200);

      await openTab("ActivateSim"); // Has headers of its own, without a credential.
      const { data } = (await run()) as { data: { activateSubscriptions: { requests: { id: string }[] } } };
      const [request] = data.activateSubscriptions.requests;
      await openTab("WatchProvisioningRequest");
      await setVariables({ accountId: "cmp-pp-org-4100", provisioningRequestId: request?.id });
      await execute();
      await expect.poll(shown, { timeout: 15_000 }).toMatch(/"status":\s"COMPLETED"/);
      const stored = await page.evaluate(() => JSON.stringify(localStorage));
      expect(stored).not.toContain(file.keys[0]);
      expect({ outside, problems }).toEqual({ outside: [], problems: [] });
    } finally {
      await guarded.stop();
    }
  });

  test("it has the schema: its documentation is one click away", async () => {
    const { page, problems } = await visit(browser, app.url);
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.getByRole("link", { name: "Query", exact: true }).click();
    await page.getByRole("link", { name: "accounts", exact: true }).waitFor();
    expect(problems).toEqual([]);
  });
});
