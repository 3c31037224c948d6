import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import type { PlaygroundOptions } from "../../src/server/playground/index.ts";

interface Visit {
  page: Page;
  /** Every URL the page asked for that is not the application's own. Must stay empty. */
  outside: string[];
  /** Answers of 400 and above, console errors, uncaught exceptions, CSP violations. Must stay empty. */
  problems: string[];
  tabTitles: () => Promise<string[]>;
  /** Selects the operation's tab, or opens it from the start page. */
  openTab: (title: string) => Promise<void>;
  /** The operation's button on the start page, which is shown if it is not. */
  listed: (title: string) => Promise<Locator>;
  /** Puts JSON into the variables editor of the open tab. */
  setVariables: (variables: object) => Promise<void>;
  /** Puts JSON into the headers editor of the open tab. */
  setHeaders: (headers: object) => Promise<void>;
  /** Presses the execute button. */
  execute: () => Promise<void>;
  /** The text of the response editor. */
  shown: () => Promise<string>;
  /** Presses the execute button, waits until the response is shown, and returns it. */
  run: () => Promise<Answer>;
}

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string }[];
}

/** Opens the playground as a first-time visitor and waits until the operation that runs by itself, if any, is answered. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const origin = new URL(url).origin;
  const outside: string[] = [];
  const problems: string[] = [];

  const context = await browser.newContext(options);
  await context.route(
    (target) => target.origin !== origin && !isInline(target.href),
    async (route) => {
      outside.push(route.request().url());
      await route.abort();
    },
  );
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      // eslint-disable-next-line no-console -- runs in the page, and its console is what the test listens to
      console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI || "inline code"}`);
    });
  });

  const page = await context.newPage();
  // Includes requests that `route` does not intercept, such as those of workers.
  page.on("request", (request) => {
    const target = request.url();
    if (new URL(target).origin !== origin && !isInline(target)) outside.push(target);
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== new URL(url).host) outside.push(socket.url());
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`HTTP ${response.status()} ${response.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));

  await page.goto(url);
  await page.locator(".graphiql-query-editor .view-lines").waitFor({ state: "attached" });
  await page.locator(".graphiql-response .view-lines").waitFor({ state: "attached" });
  const answered = page.locator(".result-window .view-line", { hasText: /"(data|errors)"/ });
  const { tabs } = (await (await fetch(new URL("/playground/tabs.json", url))).json()) as PlaygroundOptions;
  if (tabs.some(({ group }) => group === "read")) await answered.waitFor({ state: "attached" });

  const listed = async (title: string) => {
    if (!(await page.locator(".start-page").isVisible())) {
      await page.getByRole("button", { name: "Show Operations" }).click();
    }
    return page.locator(".operation", { has: page.getByText(title, { exact: true }) });
  };

  const paste = async (editor: "Variables" | "Headers", json: object) => {
    await page.getByRole("button", { name: editor, exact: true }).click();
    await page.locator(".graphiql-editor-tool .view-lines:visible").click();
    await page.keyboard.press("Control+A");
    // Pasted, not typed: the editor would complete brackets and quotes.
    await page.evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      document.activeElement?.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
      );
    }, JSON.stringify(json));
    await page.waitForTimeout(300);
  };
  return {
    page,
    outside,
    problems,
    listed,
    tabTitles: async () => page.locator(".graphiql-tab-button").allInnerTexts(),
    openTab: async (title) => {
      const tab = page.locator(`.graphiql-tab-button[title="${title}"]`);
      await ((await tab.count()) > 0 ? tab : await listed(title)).click();
      // GraphiQL looks for the operation's name 100 ms after a change and would send the last tab's until then.
      await page.waitForTimeout(300);
    },
    setVariables: async (variables) => paste("Variables", variables),
    setHeaders: async (headers) => paste("Headers", headers),
    execute: () => page.getByRole("button", { name: /^Execute query/ }).click(),
    // The editor breaks lines by its width.
    shown: async () => (await page.locator(".result-window .view-line").allInnerTexts()).join(" ").replace(/\s+/g, " "),
    run: async () => {
      const answered = page.waitForResponse((response) => {
        const sent = response.request().postData();
        return new URL(response.url()).pathname === "/graphql" && sent !== null && !sent.includes("__schema");
      });
      await page.getByRole("button", { name: /^Execute query/ }).click();
      const answer = (await (await answered).json()) as Answer;
      await page
        .locator(".result-window .view-line", { hasText: /"(data|errors)"/ })
        .first()
        .waitFor();
      return answer;
    },
  };
}

function isInline(url: string): boolean {
  return url.startsWith("data:") || url.startsWith("blob:");
}
