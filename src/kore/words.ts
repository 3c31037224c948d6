const MAX_WORDS = 300;

/** KORE's own words, fit to be kept and shown: without addresses and what may be a SIM's or a person's number. */
export function cleaned(words: string): string {
  const bare = words.replace(/https?:\/\/\S+/gi, "[address]").replace(/\d{10,}/g, "[number]");
  return bare.length > MAX_WORDS ? `${bare.slice(0, MAX_WORDS - 1)}…` : bare;
}
