/// <reference lib="dom" />

/** GraphiQL's own key for its open tabs, see `STORAGE_KEY.tabs` in @graphiql/react. */
const TABS = "graphiql:tabState";

/** GraphiQL keeps every executed operation under these, with its request headers, whatever `shouldPersistHeaders` says. */
const HISTORY = ["graphiql:queries", "graphiql:favorites"];

/**
 * The browser's localStorage under a prefix: other GraphiQL pages may have been at `localhost:4000`, and tabs for the simulator
 * name accounts that a live KORE does not have.
 */
export class PlaygroundStorage {
  readonly #prefix: string;

  constructor(namespace: string) {
    this.#prefix = `${namespace}:`;
  }

  getItem(key: string): string | null {
    return localStorage.getItem(this.#prefix + key);
  }

  setItem(key: string, value: string): void {
    localStorage.setItem(this.#prefix + key, HISTORY.includes(key) ? withoutHeaders(value) : value);
  }

  removeItem(key: string): void {
    localStorage.removeItem(this.#prefix + key);
  }

  clear(): void {
    for (const key of this.#keys()) localStorage.removeItem(key);
  }

  get length(): number {
    return this.#keys().length;
  }

  /** The content of the last active tab; undefined on a first visit. */
  activeTab(): { query: string; variables: string } | undefined {
    const stored = this.getItem(TABS);
    if (!stored) return undefined;
    try {
      const { tabs, activeTabIndex } = JSON.parse(stored) as StoredTabs;
      const tab = tabs[activeTabIndex];
      return tab && { query: tab.query ?? "", variables: tab.variables ?? "" };
    } catch {
      return undefined; // Not the format of GraphiQL, which then starts with the default tabs, too.
    }
  }

  #keys(): string[] {
    return Object.keys(localStorage).filter((key) => key.startsWith(this.#prefix));
  }
}

interface StoredTabs {
  tabs: { query: string | null; variables: string | null }[];
  activeTabIndex: number;
}

/** Removes headers: tokens in the headers editor must not be written to disk. */
function withoutHeaders(history: string): string {
  return JSON.stringify(JSON.parse(history, (key, value: unknown) => (key === "headers" ? undefined : value)));
}
