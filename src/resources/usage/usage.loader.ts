import { eachLoader } from "../../graph/index.ts";
import { type UsageSpan } from "../../kore/index.ts";
import { type LoaderContext, type Ref, refKey } from "../resource.ts";
import { joinPlanUsage, joinSimUsage, toPlanUsage, toSimUsage } from "./usage.mapper.ts";
import { checkedSpan, partsOf } from "./usage-spans.service.ts";
import { type PlanUsage, type SimUsage } from "./usage.type.ts";

interface UsageRef extends Ref {
  span: UsageSpan;
}

const usageKey = (ref: UsageRef) => `${ref.span.from} ${ref.span.to} ${refKey(ref)}`;

/** KORE reads the usage of one SIM at a time, in a span that it takes. Not cached: the last days still grow. */
export const eachSimUsage = eachLoader({
  key: usageKey,
  per: "key",
  concurrency: 4,
  load: ({ accountId, id, span }: UsageRef, { kore }: LoaderContext): Promise<SimUsage> =>
    kore.connectivity.simUsage(accountId, id, span).then((wire) => toSimUsage(span, wire, kore.unknown)),
});

/** Likewise of one plan. These calls wait for a pace of their own. */
export const eachPlanUsage = eachLoader({
  key: usageKey,
  per: "key",
  concurrency: 2,
  load: ({ accountId, id, span }: UsageRef, { kore }: LoaderContext): Promise<PlanUsage> =>
    kore.connectivity.planUsage(accountId, id, span).then((wire) => toPlanUsage(span, wire, kore.unknown)),
});

/** @throws GraphQLError for a span that is too long or ends before it begins */
export async function simUsage(ref: Ref, given: UsageSpan, context: LoaderContext): Promise<SimUsage> {
  const span = checkedSpan(given);
  const { accountId, id } = ref;
  const parts = partsOf(span).map((part) => eachSimUsage(context).load({ accountId, id, span: part }));
  return joinSimUsage(span, await Promise.all(parts));
}

/** As {@link simUsage}. */
export async function planUsage(ref: Ref, given: UsageSpan, context: LoaderContext): Promise<PlanUsage> {
  const span = checkedSpan(given);
  const { accountId, id } = ref;
  const parts = partsOf(span).map((part) => eachPlanUsage(context).load({ accountId, id, span: part }));
  return joinPlanUsage(span, await Promise.all(parts));
}
