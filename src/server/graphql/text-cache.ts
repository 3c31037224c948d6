/** Bounds of a cache of texts that callers choose. */
export const MAX_TEXTS = { max: 1000, maxSize: 4 * 1024 * 1024 };

/** Characters, plus the entry's own size. */
export const sizeOf = (text: string): number => text.length + 100;
