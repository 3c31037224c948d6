import { dayOf } from "../../common/calendar-day.ts";
import {
  type Page,
  type PageArgs,
  checkedFirst,
  cursorsOf,
  pageOfUnnumberedList,
  eachLoader,
  userInputError,
} from "../../graph/index.ts";
import { KoreError, decode, readRules } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { type LoaderContext, type Ref, refKey } from "../resource.ts";
import { type AlertRule } from "./alert-rule.type.ts";
import { type AlertFilter } from "./alert.inputs.ts";
import { toAlert, toAlertAction, toAlertEvent, toAlertRule } from "./alert.mapper.ts";
import { type Alert, type AlertAction, type AlertEvent } from "./alert.type.ts";

const perAccount = { key: (accountId: string) => accountId, per: "account", concurrency: 4 } as const;

/** KORE answers a list of its own here, and not an object with one. */
const rowsOf = <Row extends object>(reply: readonly Row[] | null, field: string): readonly Row[] =>
  reply === null ? [] : decode.rows(reply, field);

/** Kinds of events that rules of an account may name. */
export const alertEventsByAccount = eachLoader({
  ...perAccount,
  load: (accountId, { kore }: LoaderContext): Promise<AlertEvent[]> =>
    kore.alerting.events(accountId, (reply) => rowsOf(reply, "events").map(toAlertEvent)),
});

/** Kinds of actions that rules of an account may take. */
export const alertActionsByAccount = eachLoader({
  ...perAccount,
  load: (accountId, { kore }: LoaderContext): Promise<AlertAction[]> =>
    kore.alerting.actions(accountId, (reply) => rowsOf(reply, "actions").map(toAlertAction)),
});

/** All rules of an account, by id. KORE only lists them all. */
export const alertRulesByAccount = eachLoader({
  ...perAccount,
  load: async (accountId, { kore }: LoaderContext): Promise<ReadonlyMap<string, AlertRule>> => {
    const wires = await readRules(kore.alerting, accountId);
    return new Map([...wires].map(([id, wire]) => [id, toAlertRule(accountId, wire, kore.unknown)]));
  },
});

/** Single alerts; null when KORE knows none by the id. */
export const eachAlert = eachLoader({
  key: refKey,
  per: "key",
  concurrency: 8,
  load: async ({ accountId, id }: Ref, { kore }: LoaderContext): Promise<Alert | null> => {
    const reply = await kore.alerting.alert(accountId, id).catch(KoreError.nullIfNotFound);
    return reply && toAlert(accountId, decode.record(reply, "alert"), kore.unknown);
  },
});

/**
 * Reads a page of an account's alerts. KORE states neither the number of the first page nor a page limit: the first is
 * requested without a number, its reply's number counts, default 1, and the cursor stores both.
 */
export async function listAlerts(
  accountId: string,
  page: PageArgs,
  filter: AlertFilter | null | undefined,
  { kore }: Context,
): Promise<Page<Alert>> {
  const first = checkedFirst(page);
  const { since, until } = filter ?? {};
  if (since && until && since > until) throw userInputError("filter.until: must not be before since");
  const conditions = {
    "start-date": since ? dayOf(since) : undefined,
    "end-date": until ? dayOf(until) : undefined,
  };
  const cursors = cursorsOf(["alerts", accountId, conditions]);
  return pageOfUnnumberedList({ cursors, after: page.after, first }, async (number, size, isFirst) => {
    const reply = await kore.alerting.alerts(accountId, { ...conditions, "page-index": number, "page-size": size });
    const total = decode.count(reply?.["total-records"], "alerts.total-records");
    const wires = decode.rows(decode.listed(reply, "alerts", "alerts", total), "alerts.alerts");
    const shown = {
      items: wires.map((wire) => toAlert(accountId, wire, kore.unknown)),
      total,
      more: null,
      number: number === undefined ? decode.integer(reply?.["page-index"], "alerts.page-index") : null,
    };
    return isFirst ? decode.firstPage(shown, "alerts.alerts") : shown;
  });
}
