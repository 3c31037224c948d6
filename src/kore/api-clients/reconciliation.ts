import { UTC, matchTiming } from "../idempotency/ambiguous-outcome.ts";
import { date, string } from "../decoding/decode.ts";
import { type ClientsApi, type WireClient } from "../api/clients.ts";
import { walkClients } from "./client-list.ts";

/** A creation of which the reply was lost. */
export interface UnacknowledgedCreation {
  name: string;
  /** null: that of our own credentials. */
  accountId: string | null;
  /** When it was sent, and until when KORE may still make its client. Milliseconds since the epoch. */
  sentAt: number;
  settlesAt: number;
}

export type Finding =
  /** KORE has it. */
  | { kind: "found"; clientId: string; client: WireClient }
  /** KORE's list was read whole and does not have it. */
  | { kind: "absent" }
  /** Something is there that may be it, or more than one thing. */
  | { kind: "unclear"; message: string };

type Evidence = "yes" | "no" | "perhaps";

/** As for KORE's provisioning requests; a limit is not stated. */
const PAGE_SIZE = 100;

/**
 * Looks for a lost creation in KORE's list, by name, account and time. `isClaimed` leaves out clients that are known to
 * have come of other intents. A date alone proves nothing absent: KORE's clock may be wrong, and which clients of this
 * name were there before is not known. A client whose date speaks against it counts only where no other one fits.
 */
export async function findUnacknowledgedCreation(
  lost: UnacknowledgedCreation,
  kore: Pick<ClientsApi, "clients">,
  ownClientId: string,
  isClaimed: (clientId: string) => Promise<boolean>,
): Promise<Finding> {
  const { clients, isWhole } = await everyClient(kore);
  const accountId = lost.accountId ?? string(clients.get(ownClientId)?.account_id, "clients.account_id");
  const matches: { clientId: string; client: WireClient; isSure: boolean }[] = [];
  const others: string[] = [];
  for (const [clientId, client] of clients) {
    const evidence = [
      nameEvidence(lost.name, string(client.name, "clients.name")),
      accountEvidence(accountId, string(client.account_id, "clients.account_id")),
    ];
    if (evidence.includes("no") || (await isClaimed(clientId))) continue;
    const timing = matchTiming(lost, date(client.date_created, "clients.date_created"), UTC); // HTTP dates name their zone.
    if (timing === "no") others.push(clientId);
    else matches.push({ clientId, client, isSure: ![...evidence, timing].includes("perhaps") });
  }
  const [match] = matches;
  if (!match && !isWhole) return { kind: "unclear", message: "KORE's list of API clients is not whole" };
  if (!match && others.length === 0) return { kind: "absent" };
  if (matches.length === 1 && match?.isSure) return { kind: "found", clientId: match.clientId, client: match.client };
  const which = [...matches.map(({ clientId }) => clientId), ...others].join(", ");
  return { kind: "unclear", message: `KORE lists what may be this client: ${which}` };
}

/** A client that is deleted between two pages moves others across their border: what has several is read twice. */
async function everyClient(kore: Pick<ClientsApi, "clients">) {
  const walk = () => walkClients(PAGE_SIZE, (page) => kore.clients({ ...page, client_type: undefined }));
  const first = await walk();
  if (first.pages === 1) return first;
  const second = await walk();
  const isSame =
    first.clients.size === second.clients.size && [...first.clients.keys()].every((id) => second.clients.has(id));
  return { ...second, isWhole: first.isWhole && second.isWhole && isSame };
}

/** That KORE keeps names as they are given is not stated. */
function nameEvidence(wanted: string, found: string | null): Evidence {
  if (found === null) return "perhaps";
  if (found === wanted) return "yes";
  return plain(found) === plain(wanted) ? "perhaps" : "no";
}

const plain = (name: string) => name.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();

function accountEvidence(wanted: string | null, found: string | null): Evidence {
  if (wanted === null || found === null) return "perhaps";
  return wanted === found ? "yes" : "no";
}
