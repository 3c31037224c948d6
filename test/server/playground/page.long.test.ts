import fastify from "fastify";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { visit } from "../../e2e/playground-page.ts";
import { chromiumAvailable, launchChromium } from "../../support/chromium.ts";
import { TABS, start, stopToyPlaygrounds } from "./toy-playground.ts";

afterEach(async () => {
  await stopToyPlaygrounds();
});

describe("over HTTP", () => {
  test("the page allows nothing but its own files and connections", async () => {
    const { url } = await start();
    const { headers, status } = await fetch(url);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(headers.get("content-security-policy")?.split("; ")).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "font-src 'self' data:",
      "img-src 'self' data:",
      "connect-src 'self'",
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  });

  test("the page is asked for every time, the files it names only once", async () => {
    const { app } = await start();
    const page = await app.inject("/");
    expect(page.headers["cache-control"]).toBe("no-cache");

    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      expect(file).toMatch(/^\/playground\/assets\/[\w.-]+-[\w-]{8}\.(js|css|svg)$/);
      const { headers, statusCode } = await app.inject({ url: file, headers: { "accept-encoding": "gzip" } });
      expect([file, statusCode]).toEqual([file, 200]);
      expect(headers).toMatchObject({
        "cache-control": "public, max-age=31536000, immutable",
        "content-encoding": "gzip",
        "content-type": expect.stringMatching(/javascript|css|svg/) as string,
        "content-security-policy": page.headers["content-security-policy"],
        "x-content-type-options": "nosniff",
      });
    }
  });

  test("a file is sent uncompressed to clients that accept no compression", async () => {
    const { app } = await start();
    const script = /src="([^"]+\.js)"/.exec((await app.inject("/")).body)?.[1] ?? "";
    const plain = await app.inject(script);
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.headers.vary).toBe("accept-encoding");
    expect(plain.body).toContain("import");
  });

  test("the tabs come with the mode and are never cached", async () => {
    const { app } = await start({ mode: "live" });
    const answer = await app.inject("/playground/tabs.json");
    expect(answer.json()).toEqual({
      ...{ mode: "live", needsCredentials: false, tabs: TABS },
      confirmedMutations: ["endGreetings"],
    });
    expect(answer.headers["cache-control"]).toBe("no-cache");
  });

  test("nothing but the bundle is served", async () => {
    const { app } = await start();
    for (const path of ["index.html", ".hash", "assets/../.hash", "assets/..%2f.hash", "assets/nothing.js"]) {
      expect([path, (await app.inject(`/playground/${path}`)).statusCode]).toEqual([path, 404]);
    }
  });

  test("the API keeps headers of its own", async () => {
    const { app } = await start();
    const answer = await app.inject({ method: "POST", url: "/graphql", payload: { query: "{ version }" } });
    expect(answer.json()).toEqual({ data: { version: "1" } });
    expect(answer.headers).not.toHaveProperty("content-security-policy");
  });

  test("without a bundle it says how to make one", async () => {
    vi.resetModules();
    vi.doMock("node:fs/promises", () => ({ readFile: async () => Promise.reject(new Error("ENOENT")) }));
    try {
      const unbuilt = await import("../../../src/server/playground/index.ts");
      await expect(
        unbuilt.playground(fastify(), { mode: "live", needsCredentials: false, tabs: [], confirmedMutations: [] }),
      ).rejects.toThrow('run "npm run build"');
    } finally {
      vi.doUnmock("node:fs/promises");
    }
  });
});

describe.skipIf(!chromiumAvailable)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map(async (context) => context.close()));
  });
  afterAll(async () => browser.close());

  test("the first read is open, and the others are opened from the start page with their variables", async () => {
    const { url } = await start();
    const { page, outside, problems, tabTitles, openTab, run } = await visit(browser, url);
    expect(await page.title()).toBe("kore-graph");
    expect(await tabTitles()).toEqual(["Greet"]);
    expect(await run()).toEqual({ data: { greeting: "Hello, Ada!" } });
    await openTab("Versions");
    expect(await tabTitles()).toEqual(["Greet", "Versions"]);
    expect(await run()).toEqual({ data: { version: "1" } });
    expect({ outside, problems }).toEqual({ outside: [], problems: [] });
  });

  test("every part of the editor works offline: completion, documentation, history, formatting, settings", async () => {
    const { url } = await start();
    const { page, outside, problems, openTab, run } = await visit(browser, url);
    await run();

    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.getByRole("link", { name: "Query", exact: true }).click();
    await page.getByText("Greets somebody.").waitFor();
    await page.getByRole("button", { name: "Show History" }).click();
    await page.getByRole("button", { name: "Greet", exact: true }).waitFor();

    await openTab("Versions");
    await page.getByRole("button", { name: /^Prettify query/ }).click();
    const editor = page.locator(".graphiql-query-editor");
    await expect.poll(async () => editor.locator(".view-line").count()).toBeGreaterThan(2); // it was one line

    await editor.locator(".view-lines").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" query Another { gree");
    await page.locator(".suggest-widget").getByText("greeting").first().waitFor();
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "Open settings dialog" }).click();
    await page.getByRole("button", { name: "Dark" }).click();
    expect({ outside, problems }).toEqual({ outside: [], problems: [] });
  });

  test("the policy lets live updates through: a WebSocket to the same host, and to no other", async () => {
    const { app, url } = await start();
    app.server.on("upgrade", (_request, socket) => socket.destroy());
    const { page, problems } = await visit(browser, url);
    const blocked = async (address: string) =>
      page.evaluate(async (target) => {
        const violation = new Promise<boolean>((resolve) => {
          document.addEventListener("securitypolicyviolation", () => resolve(true), { once: true });
        });
        const socket = new WebSocket(target);
        const refused = new Promise<boolean>((resolve) => {
          socket.onerror = () => setTimeout(() => resolve(false), 200);
        });
        return Promise.race([violation, refused]);
      }, address);
    expect(await blocked(url.replace("http:", "ws:") + "/graphql")).toBe(false);
    expect(problems.filter((problem) => problem.includes("CSP"))).toEqual([]);
    expect(await blocked("ws://127.0.0.1:9/graphql")).toBe(true);
  });

  test("edits, and unedited variables, survive a reload", async () => {
    const { url } = await start();
    const { page, tabTitles, openTab, run } = await visit(browser, url);
    const stored = async () => page.evaluate(() => JSON.stringify(localStorage));

    await openTab("Versions");
    await page.locator(".graphiql-query-editor .view-lines").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText("query Mine { version greeting(name: 1) }");
    await expect.poll(tabTitles).toEqual(["Greet", "Mine"]);
    await openTab("Greet");
    await expect.poll(stored).toMatch(/Mine.*activeTabIndex\W+0/);

    await page.reload();
    await page.locator(".graphiql-response .view-lines").waitFor();
    expect(await tabTitles()).toEqual(["Greet", "Mine"]);
    expect(await run()).toEqual({ data: { greeting: "Hello, Ada!" } });
  });

  test("tabs made for the simulator do not show up in front of live KORE", async () => {
    const simulator = await start();
    const { page, tabTitles } = await visit(browser, simulator.url);
    await expect.poll(async () => page.evaluate(() => JSON.stringify(localStorage))).toContain("Greet");
    await simulator.app.close();

    // The same origin, so that the browser has the stored tabs.
    const tabs = [{ query: "query Real { version }", variables: {}, group: "read" as const }];
    await start({ mode: "live", tabs }, Number(new URL(simulator.url).port));
    await page.reload();
    await expect.poll(tabTitles).toEqual(["Real"]);
  });

  test.each(["simulator", "live"] as const)("the %s is named in the header", async (mode) => {
    const { url } = await start({ mode });
    const { page } = await visit(browser, url);
    expect(await page.locator(".brand").innerText()).toBe(
      { simulator: "kore-graph\nsimulator", live: "kore-graph\nlive KORE" }[mode],
    );
  });

  test("a token in the headers editor is sent and never stored", async () => {
    const { app, url } = await start();
    const seen: unknown[] = [];
    app.server.on("request", (request: { headers: Record<string, unknown> }) =>
      seen.push(request.headers.authorization),
    );
    const { page, run } = await visit(browser, url);
    await page.getByRole("button", { name: "Headers" }).click();
    await page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines").click();
    await page.keyboard.insertText('{ "authorization": "Bearer s3cret" }');
    await run();
    expect(seen).toContain("Bearer s3cret");
    const stored = async () => page.evaluate(() => JSON.stringify(localStorage));
    await expect.poll(stored).toContain("graphiql:queries");
    await page.waitForTimeout(1000); // GraphiQL writes its tabs half a second after a change
    expect(await stored()).not.toContain("s3cret");
  });

  test("an API that answers no JSON is quoted, and no tabs at all are no reason to fail", async () => {
    const { url } = await start({ tabs: [] });
    const { page, tabTitles, execute, shown } = await visit(browser, url);
    expect(await tabTitles()).toEqual(["<untitled>"]);
    await page.route("**/graphql", async (route) => route.fulfill({ status: 502, body: "<h1>Bad gateway</h1>" }));
    await execute();
    await expect.poll(shown).toMatch(/HTTP\s+502[^]*Bad\s+gateway/);
  });
});
