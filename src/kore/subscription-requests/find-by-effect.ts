import { type ConnectivityApi } from "../api/connectivity.ts";
import { type WireSubscription } from "../api/connectivity-types.ts";
import { id, rows } from "../decoding/decode.ts";
import { KoreError } from "../errors.ts";
import { type Finding, type SimCommand, type UnacknowledgedWrite } from "../provisioning/command.ts";
import { plainIccid } from "../provisioning/reconciliation/reconcile.ts";
import { recordIn, showsValues } from "./record.ts";

type Sims = Pick<ConnectivityApi, "subscription" | "subscriptions">;

/** Limit of KORE's list call. */
const ICCIDS_PER_CALL = 100;

/** An ICCID may belong to several subscriptions. */
const SPARE_ROWS = 20;

/**
 * Searches for a lost change of records by its effect: it has arrived when each of its SIMs shows it. SIMs that do not show
 * it prove nothing, because KORE does not state how long it works on a request.
 */
export async function findSimsWith({ accountId, verb, sims }: UnacknowledgedWrite, kore: Sims): Promise<Finding> {
  let shown = 0;
  for (let at = 0; at < sims.length; at += ICCIDS_PER_CALL) {
    const some = sims.slice(at, at + ICCIDS_PER_CALL);
    shown += verb === "sim-transfer" ? await countTransferred(some, kore) : await countChanged(accountId, some, kore);
  }
  if (shown === sims.length) return { kind: "found" };
  const message = `KORE publishes no list of such requests, and ${shown} of ${sims.length} SIMs show the change`;
  return { kind: "unclear", message };
}

async function countChanged(accountId: string, sims: readonly SimCommand[], kore: Sims): Promise<number> {
  const found = await readSims(accountId, sims, kore);
  return sims.filter(({ id: simId, record = {} }) => {
    const wire = found.find((each) => idOf(each) === simId);
    return wire !== undefined && showsValues(recordIn(wire), record);
  }).length;
}

/** KORE does not state that a SIM keeps its subscription-id, so it is known by its ICCID where it has one. */
async function countTransferred(sims: readonly SimCommand[], kore: Sims): Promise<number> {
  const [destination] = sims.map(({ record }) => record?.["destination-account-id"]);
  if (destination === undefined) return 0;
  const found = await readSims(destination, sims, kore);
  return sims.filter((sim) =>
    found.some((wire) =>
      sim.iccid === null ? idOf(wire) === sim.id : plainIccid(iccidOf(wire)) === plainIccid(sim.iccid),
    ),
  ).length;
}

/** SIMs of an account, those with an ICCID in one call. Of more rows than one page the rest is not read. */
async function readSims(accountId: string, sims: readonly SimCommand[], kore: Sims): Promise<WireSubscription[]> {
  const found: WireSubscription[] = [];
  const iccids = sims.flatMap(({ iccid }) => (iccid === null ? [] : [iccid]));
  if (iccids.length > 0) {
    const query = { iccid: iccids.join(","), "page-index": 0, "max-page-item": iccids.length + SPARE_ROWS };
    const page = await kore.subscriptions(accountId, query).catch(KoreError.nullIfNotFound);
    found.push(...rows(page?.subscriptions, "subscriptions.subscriptions"));
  }
  for (const { id: simId, iccid } of sims) {
    const wire = iccid === null && (await kore.subscription(accountId, simId).catch(KoreError.nullIfNotFound));
    if (wire) found.push(wire);
  }
  return found;
}

const idOf = (wire: WireSubscription) => id(wire["subscription-id"], "subscription.subscription-id");
const iccidOf = (wire: WireSubscription) => id(wire.iccid, "subscription.iccid");
