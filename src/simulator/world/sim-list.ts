import { type SimState } from "../state-machine.ts";
import { type Account, SERIALS_PER_ACCOUNT } from "./accounts.ts";
import { type Sim, type Sims } from "./sims.ts";

export type SortField = "subscription-id" | "iccid" | "service-type-id" | "cost-center-id";

export interface SimQuery {
  readonly iccids?: readonly string[];
  readonly imsi?: string;
  readonly imei?: string;
  readonly msisdn?: string;
  readonly eid?: string;
  readonly state?: string;
  readonly modifiedFrom?: number;
  readonly modifiedTo?: number;
  readonly sort?: SortField;
  readonly direction: "Asc" | "Desc";
  readonly skip: number;
  readonly take: number;
}

/** Answers the subscriptions list. Order indexes are built per account and field on first use, and never go stale. */
export class SimList {
  readonly #sims: Sims;
  readonly #ascending = new Map<string, Uint32Array>();

  constructor(sims: Sims) {
    this.#sims = sims;
  }

  find(account: Account, query: SimQuery): { total: number; sims: Sim[] } {
    const fits = this.#predicate(account, query);
    const named = this.#named(account, query);
    const nth = this.#order(account, query, named);
    const count = named?.size ?? account.sims;
    const found: Sim[] = [];
    if (!fits) {
      const end = Math.min(count, query.skip + query.take);
      for (let i = query.skip; i < end; i++) found.push(this.#sims.at(account, nth(i)));
      return { total: count, sims: found };
    }
    let total = 0;
    for (let i = 0; i < count; i++) {
      const index = nth(i);
      if (!fits(index)) continue;
      if (total >= query.skip && found.length < query.take) found.push(this.#sims.at(account, index));
      total++;
    }
    return { total, sims: found };
  }

  /** Indexes that the identifiers asked for lead to; null when none was asked for. Several filters narrow each other. */
  #named(account: Account, query: SimQuery): Set<number> | null {
    const { iccids, imsi, imei, msisdn, eid } = query;
    const answers: (Sim | null)[][] = [];
    if (iccids) answers.push(iccids.map((iccid) => this.#sims.byIccid(iccid)));
    if (imsi !== undefined) answers.push([this.#sims.byImsi(imsi)]);
    if (imei !== undefined) answers.push([this.#sims.byImei(imei)]);
    if (msisdn !== undefined) answers.push([this.#sims.byMsisdn(msisdn)]);
    if (eid !== undefined) answers.push(this.#sims.byEid(eid));
    if (answers.length === 0) return null;
    const sets = answers.map((list) => new Set(list.flatMap((sim) => (sim?.account === account ? [sim.index] : []))));
    return sets.reduce((a, b) => new Set([...a].filter((index) => b.has(index))));
  }

  #predicate(account: Account, query: SimQuery): ((index: number) => boolean) | null {
    const { state, modifiedFrom = -Infinity, modifiedTo = Infinity } = query;
    const dated = query.modifiedFrom !== undefined || query.modifiedTo !== undefined;
    if (state === undefined && !dated) return null;
    return (index) => {
      if (state !== undefined && this.#sims.state(account, index) !== (state as SimState)) return false;
      if (!dated) return true;
      const at = this.#sims.modifiedAt(account, index);
      return at >= modifiedFrom && at <= modifiedTo; // OURS: both ends count; KORE does not say
    };
  }

  /** Position in the list -> index of the SIM. */
  #order(account: Account, { sort, direction }: SimQuery, named: Set<number> | null): (position: number) => number {
    // Index 0 is the youngest SIM: by creation time, descending is the order of the index.
    const backwards = sort === undefined ? direction === "Asc" : direction === "Desc";
    const ascending = sort === undefined || sort === "subscription-id" ? null : this.#sorted(account, sort);
    if (named) {
      const list = [...named].sort((a, b) => a - b);
      if (ascending) {
        const place = new Map(list.map((index) => [index, ascending.indexOf(index)]));
        list.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
      }
      if (backwards) list.reverse();
      return (position) => list[position] ?? 0;
    }
    const last = account.sims - 1;
    return (position) => {
      const p = backwards ? last - position : position;
      return ascending ? (ascending[p] ?? 0) : p;
    };
  }

  #sorted(account: Account, field: Exclude<SortField, "subscription-id">): Uint32Array {
    const key = `${field} ${account.id}`;
    let order = this.#ascending.get(key);
    if (!order) this.#ascending.set(key, (order = this.#sort(account, field)));
    return order;
  }

  /** Sorts numbers rather than texts: a group (prefix, service type or cost center) above, a rank within it below. */
  #sort(account: Account, field: Exclude<SortField, "subscription-id">): Uint32Array {
    const sims = this.#sims;
    const { serviceTypes } = account;
    const groups =
      field === "cost-center-id"
        ? sims.catalog(account).costCenters.map((c) => c.id)
        : serviceTypes.map((type) => (field === "iccid" ? type.iccidPrefix : type.id));
    const rankOfGroup = groups.map((text) => [...groups].sort().indexOf(text));
    const keys = new Float64Array(account.sims);
    for (let index = 0; index < account.sims; index++) {
      const { serial, serviceType } = sims.at(account, index);
      const group = field === "cost-center-id" ? sims.costCenter(account, serial) : serviceTypes.indexOf(serviceType);
      const within = field === "iccid" ? sims.numbering.iccidRank(serial) : index;
      keys[index] = (rankOfGroup[group] ?? 0) * 1e9 + within;
    }
    keys.sort();
    return Uint32Array.from(keys, (k) => {
      const within = k % 1e9;
      return field === "iccid" ? sims.numbering.serialOfIccidRank(within) % SERIALS_PER_ACCOUNT : within;
    });
  }
}
