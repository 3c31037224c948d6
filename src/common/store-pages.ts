type Entry = readonly [key: string, value: unknown];

/** A part of a list: what comes behind a key, and at most so much of it. */
export interface Page {
  after?: string | undefined;
  limit: number;
}

interface Lists {
  list(prefix: string, page?: Page): Promise<Entry[]>;
}

/** All keys and values with a prefix, in pages, so that their number does not matter to memory. */
export async function* pagesOf(store: Lists, prefix: string, limit: number): AsyncGenerator<Entry[]> {
  for (let after: string | undefined, isLast = false; !isLast;) {
    const page = await store.list(prefix, { after, limit });
    after = page.at(-1)?.[0];
    isLast = page.length < limit;
    yield page;
  }
}
