/** Headers as GraphiQL's editor has them. */
export type Headers = Readonly<Record<string, unknown>>;

/** The initial headers of a tab where authentication is required. */
export const PLACEHOLDER = '{\n  "authorization": "Bearer "\n}';

export const ADVICE =
  'Who asks? Put a credential into the headers editor of any tab, such as { "authorization": "Bearer kg_…" }, and run an ' +
  "operation. It then serves all tabs until the page is left, and is not stored.";

/** The credentials among the headers, the placeholder left out. */
export function credentialsIn(headers: Headers): Headers {
  const isCredential = ([name, value]: [string, unknown]) =>
    /^(authorization|x-api-key|x-kore-graph-.*)$/i.test(name) &&
    typeof value === "string" &&
    !/^(bearer)?\s*$/i.test(value);
  return Object.fromEntries(Object.entries(headers).filter(isCredential));
}

/** The headers to send: a tab's own, with the credentials that another tab has brought if it has none. */
export function headersOf(own: Headers, remembered: Headers): Record<string, string> {
  const isPlaceholder = Object.keys(credentialsIn(own)).length === 0;
  const others = Object.entries(own).filter(([name]) => !isPlaceholder || name.toLowerCase() !== "authorization");
  const sent = { ...Object.fromEntries(others), ...(isPlaceholder && remembered) };
  return Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)]));
}
