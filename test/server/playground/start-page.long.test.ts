import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PlaygroundOptions } from "../../../src/server/playground/index.ts";
import { visit } from "../../e2e/playground-page.ts";
import { chromiumAvailable, launchChromium } from "../../support/chromium.ts";
import { TABS, start, stopToyPlaygrounds } from "./toy-playground.ts";

const PHONE = { viewport: { width: 390, height: 844 } };
const LIVE = { query: "subscription WatchAll { changed }", variables: {}, group: "live" as const };
/** More than a phone's screen shows. */
const MANY = Array.from({ length: 20 }, (_, number) => ({
  query: `# Description number ${number}, which is long enough for a second line on a phone.\nquery Many${number} { version }`,
  variables: {},
  group: "read" as const,
}));

describe.skipIf(!chromiumAvailable)("the start page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map(async (context) => context.close()));
    await stopToyPlaygrounds();
  });
  afterAll(async () => browser.close());

  async function open(options: Partial<PlaygroundOptions> = {}, context: BrowserContextOptions = {}) {
    const { url, sent } = await start(options);
    return { ...(await visit(browser, url, context)), sent };
  }

  test("lists operations by group with what they do; the first read is open and has been run once", async () => {
    const { page, sent, tabTitles, problems } = await open({ tabs: [...TABS.toReversed(), LIVE] });
    expect(await page.getByRole("heading").allInnerTexts()).toEqual(["Operations", "Read", "Order", "Live"]);
    const names = async (group: string) =>
      page.getByRole("region", { name: group, exact: true }).locator(".operation-name").allInnerTexts();
    expect(await names("Read")).toEqual(["Versions", "Greet"]);
    expect(await names("Order")).toEqual(["End", "Later"]);
    expect(await page.getByText("Greets tomorrow.").count()).toBe(1);
    expect(await tabTitles()).toEqual(["Versions"]);
    expect(sent).toEqual([TABS[1]?.query]);
    expect(problems).toEqual([]);
  });

  test("nothing runs by itself on a later visit", async () => {
    const { page, sent } = await open();
    await expect.poll(async () => page.evaluate(() => JSON.stringify(localStorage))).toContain("Greet");
    const schemaRead = page.waitForResponse((answer) => answer.request().postData()?.includes("__schema") ?? false);
    await page.reload();
    await schemaRead;
    await page.locator(".operation:enabled").first().waitFor();
    expect(sent).toHaveLength(1);
  });

  test("an operation that is open already is selected with its edits, not opened again", async () => {
    const { page, listed, openTab, tabTitles } = await open();
    await openTab("Versions");
    await page.locator(".graphiql-query-editor .view-lines").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText(" # mine");
    // GraphiQL takes an edit over after a tenth of a second.
    await expect.poll(() => page.evaluate(() => JSON.stringify(localStorage))).toContain("# mine");
    await (await listed("Greet")).click();
    expect(await page.locator(".graphiql-query-editor").innerText()).toContain("greeting");
    await (await listed("Versions")).click();
    expect(await tabTitles()).toEqual(["Greet", "Versions"]);
    await expect.poll(async () => page.locator(".graphiql-query-editor").innerText()).toMatch(/#\smine/);
    expect(await (await listed("Versions")).getAttribute("aria-current")).toBe("true");
  });

  test("an operation can be run as soon as it is opened, and is the one that is sent", async () => {
    const { listed, execute, sent, shown } = await open();
    await (await listed("Versions")).click();
    await execute();
    await expect.poll(shown).toMatch(/"version"/);
    expect(sent).toEqual([TABS[0]?.query, TABS[1]?.query]);
  });

  test("mutations that require a confirmation are marked in the list, in the tab and below the response", async () => {
    const { page, listed, openTab } = await open();
    expect(await page.locator(".mark").allInnerTexts()).toEqual(["dangerous"]);
    expect(await (await listed("End")).innerText()).toContain("dangerous");
    await openTab("End");
    await page.locator('.graphiql-tab-button[title="End"][data-danger="confirmed"]').waitFor();
    await page.getByRole("note").getByText("Dangerous").waitFor();
    await openTab("Later");
    await expect.poll(async () => page.getByRole("note").count()).toBe(0);
    // One that the user writes is marked, too.
    await page.locator(".graphiql-query-editor .view-lines").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText("mutation Mine { endGreetings(confirm: 2) }");
    await page.locator('.graphiql-tab-button[title="Mine"][data-danger="confirmed"]').waitFor();
  });

  test("on live KORE every write is marked, a live operation says how to see something, and no order is offered", async () => {
    const { page, listed, openTab } = await open({ mode: "live", tabs: [...TABS, LIVE] });
    expect(await page.locator(".mark").allInnerTexts()).toEqual(["real write", "dangerous"]);
    expect(await (await listed("Later")).innerText()).toContain("real write");
    await openTab("Later");
    await page.locator('.graphiql-tab-button[title="Later"][data-danger="real"]').waitFor();
    await page.getByRole("note").getByText("real SIMs").waitFor();
    await openTab("WatchAll");
    await page.getByRole("note").getByText("second window").waitFor();
    expect(await page.locator(".starter").count()).toBe(0);
  });

  test("on the simulator a live operation offers the orders that cause changes, but no dangerous ones", async () => {
    const { page, openTab, sent } = await open({ tabs: [...TABS, LIVE] });
    await openTab("WatchAll");
    expect(await page.locator(".starter").allInnerTexts()).toEqual(["Later"]);
    await page.locator(".starter").click();
    await page.getByRole("status").getByText("changes nothing").waitFor();
    expect(sent).toEqual([TABS[0]?.query, TABS[2]?.query]);
  });

  test("the answer to such an order runs nothing once another tab is active", async () => {
    const watch = {
      query: "subscription WatchOne($provisioningRequestId: ID!) { changed(id: $provisioningRequestId) }",
      ...{ variables: { provisioningRequestId: "" }, group: "live" as const },
    };
    const { page, openTab, execute, shown, sent } = await open({ tabs: [...TABS, watch] });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/graphql", async (route) => {
      if (!route.request().postData()?.includes("greetLater")) return route.continue();
      await held;
      return route.fulfill({ json: { data: { greetLater: { requests: [{ id: "1" }] } } } });
    });
    await openTab("WatchOne");
    await page.locator(".starter").click();
    const answered = page.waitForResponse((answer) => answer.request().postData()?.includes("greetLater") ?? false);
    await openTab("End");
    release();
    await (await answered).finished();
    await openTab("Versions");
    await execute();
    await expect.poll(shown).toMatch(/"version"/);
    expect(sent).toEqual([TABS[0]?.query, TABS[1]?.query]);
  });

  test("on a phone the start page scrolls, and an opened operation replaces it with stacked panes", async () => {
    const { page, listed } = await open({ tabs: [...TABS, ...MANY] }, PHONE);
    const last = await listed("Many19");
    expect(await last.evaluate((button) => button.getBoundingClientRect().bottom > innerHeight)).toBe(true);
    await last.scrollIntoViewIfNeeded();
    await last.click();
    await page.locator(".start-page").waitFor({ state: "detached" });

    const box = async (selector: string) => {
      const found = await page.locator(selector).boundingBox();
      if (!found) throw new Error(`${selector} is not shown`);
      const { x, y, width, height } = found;
      return { left: x, top: y, right: x + width, bottom: y + height, height };
    };
    const [editors, response, run, tab] = await Promise.all(
      [
        ".graphiql-editors",
        ".graphiql-response",
        ".graphiql-execute-button",
        '.graphiql-tab-button[title="Many19"]',
      ].map(box),
    );
    expect(response?.top).toBeGreaterThanOrEqual(editors?.bottom ?? Infinity);
    for (const shown of [editors, response, run, tab]) {
      expect(shown?.left).toBeGreaterThanOrEqual(0);
      expect(shown?.right).toBeLessThanOrEqual(390);
      expect(shown?.bottom).toBeLessThanOrEqual(844);
    }
    expect(editors?.height).toBeGreaterThan(200);
    expect(response?.height).toBeGreaterThan(200);
    await page.locator(".graphiql-execute-button").click();
    await page.locator(".result-window .view-line", { hasText: "version" }).waitFor();
  });

  test("operations are reached and opened by keyboard", async () => {
    const { page, listed, tabTitles } = await open();
    await (await listed("Greet")).focus();
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
    expect(outline).toBe("solid");
    await page.keyboard.press("Enter");
    expect(await tabTitles()).toEqual(["Greet", "Versions"]);
  });
});
