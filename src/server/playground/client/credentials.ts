/** Headers of GraphiQL's editor. */
export type Headers = Readonly<Record<string, unknown>>;

/** The initial headers of a tab where authentication is required. */
export const PLACEHOLDER = '{\n  "authorization": "Bearer "\n}';

export const ADVICE =
  'This graph requires a credential. Put one into the headers editor of any tab, such as { "authorization": "Bearer kg_…" }, and run an ' +
  "operation. All tabs then use it until the page is closed. It is not stored.";

/** The credentials among the headers, without the placeholder. */
export function credentialsIn(headers: Headers): Headers {
  const isCredential = ([name, value]: [string, unknown]) =>
    /^(authorization|x-api-key|x-kore-graph-.*)$/i.test(name) &&
    typeof value === "string" &&
    !/^(bearer)?\s*$/i.test(value);
  return Object.fromEntries(Object.entries(headers).filter(isCredential));
}

/** The headers to send: the tab's own, with remembered credentials if it has none. */
export function headersOf(own: Headers, remembered: Headers): Record<string, string> {
  const isPlaceholder = Object.keys(credentialsIn(own)).length === 0;
  const others = Object.entries(own).filter(([name]) => !isPlaceholder || name.toLowerCase() !== "authorization");
  const sent = { ...Object.fromEntries(others), ...(isPlaceholder && remembered) };
  return Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)]));
}
