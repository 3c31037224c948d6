import { afterAll, beforeAll } from "vitest";
import { type ScriptedApp, startScripted } from "../../support/kore/scripted-kore.ts";

export let app: ScriptedApp;
/** Starts the scripted KORE for the tests of a file: modules are shared by files, hooks are not. */
export function beginScript() {
  beforeAll(async () => {
    app = await startScripted({ CACHE_SECONDS: "0" });
  });
  afterAll(() => app.stop());
}

export type Wire = Readonly<Record<string, unknown>>;
export const ICCID = "8901260882305063816";

/** Replies with these SIMs to every list. */
export const answerSims = (...subscriptions: Wire[]) =>
  app.answer((path) =>
    path.endsWith("/subscriptions")
      ? { "page-info-result": { "total-count": subscriptions.length }, subscriptions }
      : subscriptions.find((wire) => path.endsWith(`/${String(wire["subscription-id"]).trim()}`)),
  );
/** Fields of a single SIM with this reply. */
export const shown = async (wire: Wire, fields: string) => {
  answerSims({ "subscription-id": "sim-1", iccid: ICCID, ...wire });
  const { data, errors } = await app.graph.query<{ subscription: Record<string, unknown> }>(
    `{ subscription(accountId: "acme", iccid: "${ICCID}") { ${fields} } }`,
  );
  return { sim: data?.subscription, codes: (errors ?? []).map(({ extensions }) => extensions.code) };
};
export const inState = (state: string) => ({ states: [{ state, "is-current": true }] });
/** Fields and values of unknown enum values and dates in the log. */
export const unknownFields = () =>
  app
    .logged()
    .flatMap(({ msg, field, value }) => (String(msg).startsWith("KORE says something new") ? [[field, value]] : []));
