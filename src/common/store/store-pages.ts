type Entry = readonly [key: string, value: unknown];

/** A page of a list: up to `limit` entries after a key. */
export interface Page {
  after?: string | undefined;
  limit: number;
}

interface Lists {
  list(prefix: string, page?: Page): Promise<Entry[]>;
}

/** All entries with a prefix, in pages that bound the memory. */
export async function* pagesOf(store: Lists, prefix: string, limit: number): AsyncGenerator<Entry[]> {
  for (let after: string | undefined, isLast = false; !isLast;) {
    const page = await store.list(prefix, { after, limit });
    after = page.at(-1)?.[0];
    isLast = page.length < limit;
    yield page;
  }
}
