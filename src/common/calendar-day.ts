/** The UTC day of an instant, such as 2026-01-31. */
export const dayOf = (instant: Date | number): string => new Date(instant).toISOString().slice(0, "2026-01-31".length);
