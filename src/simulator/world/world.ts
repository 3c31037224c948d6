import { Clients } from "../clients/clients.ts";
import { PortalUsers } from "../clients/portal-users.ts";
import { seedClients, seedPortalUsers } from "../clients/seeds.ts";
import { type Credentials, type SimulatorOptions } from "../options.ts";
import { pastRequests } from "../provisioning/past.ts";
import { Provisioning } from "../provisioning/provisioning.ts";
import { type Witness } from "../provisioning/witness.ts";
import { accountsFrom, checkedCount, defaultAccounts } from "./accounts.ts";
import { SimList } from "./sim-list.ts";
import { Sims } from "./sims.ts";

const DEFAULT_SIMS = 2_000;

/** Everything that KORE would know. The same options give the same world, byte for byte. */
export interface World {
  readonly sims: Sims;
  readonly list: SimList;
  readonly provisioning: Provisioning;
  readonly clients: Clients;
  readonly users: PortalUsers;
}

export function createWorld(options: SimulatorOptions, credentials: Credentials, witness: Witness): World {
  const accounts = options.accounts
    ? accountsFrom(options.accounts)
    : defaultAccounts(checkedCount(options.sims ?? DEFAULT_SIMS));
  if (accounts.length === 0) throw new RangeError("the world needs an account");
  const sims = new Sims(options.seed ?? 1, accounts);
  const provisioning = new Provisioning(sims, options.provisioning ?? {}, witness);
  for (const account of accounts) {
    if (account.hasPast) for (const request of pastRequests(sims, account)) provisioning.requests.add(request);
  }
  return {
    sims,
    list: new SimList(sims),
    provisioning,
    clients: new Clients(seedClients(accounts, credentials)),
    users: new PortalUsers(seedPortalUsers(accounts, credentials)),
  };
}
