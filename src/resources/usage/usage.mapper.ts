import {
  type UnknownEnumValues,
  type UsageSpan,
  type WireFeatureUsage,
  type WirePlanUsage,
  type WireSimUsage,
  decode,
} from "../../kore/index.ts";
import { type DailyUsage, type PlanUsage, type SimUsage, type Usage, UsageUnit } from "./usage.type.ts";

const UNITS = { byte: UsageUnit.BYTE, event: UsageUnit.EVENT, sec: UsageUnit.SECOND };

/** @param wire null: KORE's reply is empty, so nothing is recorded */
export function toSimUsage(span: UsageSpan, wire: WireSimUsage | null, unknown: UnknownEnumValues): SimUsage {
  const reply = wire === null ? {} : decode.record(wire, "usage");
  const kinds = {
    data: toUsage(reply.data, "usage.data", unknown),
    sms: toUsage(reply.sms, "usage.sms", unknown),
    voice: toUsage(reply.voice, "usage.voice", unknown),
  };
  return {
    ...span,
    subscriptionId: decode.id(reply["subscription-id"], "usage.subscription-id"),
    source: decode.string(reply.source, "usage.source"),
    isRecorded: Object.values(kinds).some((usage) => usage !== null),
    ...kinds,
  };
}

/** @param wire null: KORE's reply is empty, so nothing is recorded */
export function toPlanUsage(span: UsageSpan, wire: WirePlanUsage | null, unknown: UnknownEnumValues): PlanUsage {
  const reply = wire === null ? {} : decode.record(wire, "plan-usage");
  return {
    ...span,
    planId: decode.id(reply["plan-id"], "plan-usage.plan-id"),
    source: decode.string(reply.source, "plan-usage.source"),
    usage: toUsage(reply, "plan-usage", unknown),
  };
}

/** Null without any record. */
function toUsage(wire: WireFeatureUsage | null | undefined, field: string, unknown: UnknownEnumValues): Usage | null {
  const row = decode.optionalRecord(wire, field);
  if (!row) return null;
  const days = decode.rows(row["daily-usages"], `${field}.daily-usages`, ["date", "total-usage", "unit"]);
  const total = decode.bigInteger(row["total-usage"], `${field}.total-usage`);
  if (total === null && days.length === 0) return null;
  return {
    total,
    ...unitOf(row.unit, field, unknown),
    daily: inOrder(
      days.map((day) => ({
        date: decode.date(day.date, `${field}.daily-usages.date`, unknown)?.toISOString().slice(0, 10) ?? null,
        total: decode.bigInteger(day["total-usage"], `${field}.daily-usages.total-usage`),
        ...unitOf(day.unit, field, unknown),
      })),
    ),
  };
}

function unitOf(raw: unknown, field: string, unknown: UnknownEnumValues): Pick<Usage, "unit" | "rawUnit"> {
  const unit = decode.enumValue(raw, UNITS, `${field}.unit`, unknown) as UsageUnit | null;
  return { unit, rawUnit: decode.string(raw, `${field}.unit`) };
}

/** Joins the usage of consecutive parts of a span. */
export function joinSimUsage(span: UsageSpan, parts: readonly SimUsage[]): SimUsage {
  return {
    ...span,
    subscriptionId: firstOf(parts.map(({ subscriptionId }) => subscriptionId)),
    source: firstOf(parts.map(({ source }) => source)),
    isRecorded: parts.some(({ isRecorded }) => isRecorded),
    data: joinUsage(parts.map(({ data }) => data)),
    sms: joinUsage(parts.map(({ sms }) => sms)),
    voice: joinUsage(parts.map(({ voice }) => voice)),
  };
}

/** As {@link joinSimUsage}. */
export function joinPlanUsage(span: UsageSpan, parts: readonly PlanUsage[]): PlanUsage {
  return {
    ...span,
    planId: firstOf(parts.map(({ planId }) => planId)),
    source: firstOf(parts.map(({ source }) => source)),
    usage: joinUsage(parts.map(({ usage }) => usage)),
  };
}

function joinUsage(parts: readonly (Usage | null)[]): Usage | null {
  return parts.reduce((before, next) => (before && next ? joined(before, next) : (before ?? next)), null);
}

/** The day that both parts were asked for may be in both replies: the later one's record of it counts. */
function joined(before: Usage, next: Usage): Usage {
  const later = new Set(next.daily.map(({ date }) => date).filter((date) => date !== null));
  const isTwice = ({ date }: DailyUsage) => date !== null && later.has(date);
  const twice = before.daily.filter(isTwice);
  const isOneUnit = before.rawUnit === next.rawUnit;
  return {
    total: isOneUnit
      ? sumOf(
          [before.total, next.total],
          twice.map(({ total }) => total),
        )
      : null,
    unit: isOneUnit ? next.unit : null,
    rawUnit: isOneUnit ? next.rawUnit : null,
    daily: inOrder([...before.daily.filter((day) => !isTwice(day)), ...next.daily]),
  };
}

/** Null when one of the amounts is not known. */
function sumOf(added: readonly (bigint | null)[], subtracted: readonly (bigint | null)[]): bigint | null {
  let sum = 0n;
  for (const amount of added) {
    if (amount === null) return null;
    sum += amount;
  }
  for (const amount of subtracted) {
    if (amount === null) return null;
    sum -= amount;
  }
  return sum;
}

/** By date; days without one come last. */
function inOrder(days: readonly DailyUsage[]): DailyUsage[] {
  const place = ({ date }: DailyUsage) => date ?? "~";
  return [...days].sort((one, other) => (place(one) < place(other) ? -1 : place(one) > place(other) ? 1 : 0));
}

function firstOf(values: readonly (string | null)[]): string | null {
  return values.find((value) => value !== null) ?? null;
}
