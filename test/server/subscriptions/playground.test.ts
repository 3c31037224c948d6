import { type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { visit } from "../../e2e/playground-page.ts";
import { chromiumAvailable, launchChromium } from "../../support/chromium.ts";
import { EVENTS, WAIT, startToyGraph } from "../../support/live/toy-graph.ts";

describe.skipIf(!chromiumAvailable)("the playground subscribes", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  async function openPlayground(query: string) {
    const toy = await startToyGraph(
      {},
      {
        playground: {
          ...{ mode: "simulator", needsCredentials: false, confirmedMutations: [] },
          tabs: [{ query, variables: {}, group: "live" }],
        },
      },
    );
    const visited = await visit(browser, toy.url);
    const { page } = visited;
    return {
      ...visited,
      toy,
      execute: () => page.getByRole("button", { name: /^Execute query/ }).click(),
      stop: () => page.getByRole("button", { name: /^Stop query/ }).click(),
      shown: (text: string) => page.locator(".result-window .view-line", { hasText: text }).waitFor(),
    };
  }

  test("shows each event as it comes, and stops when asked to", async () => {
    const { toy, execute, stop, shown, problems, outside } = await openPlayground(EVENTS);
    await execute();
    await vi.waitUntil(() => toy.sources.length === 1, WAIT);
    toy.sources[0]?.publish("the first");
    await shown("the first");
    toy.sources[0]?.publish("the second");
    await shown("the second");
    await stop();
    await vi.waitUntil(() => toy.sources[0]?.returns === 1, WAIT);
    expect({ problems, outside }).toEqual({ problems: [], outside: [] });
  });

  test("shows the server's error", async () => {
    const { execute, shown, problems } = await openPlayground("subscription { refused }");
    await execute();
    await shown("topic: must be known");
    expect(problems).toEqual([]);
  });
});
