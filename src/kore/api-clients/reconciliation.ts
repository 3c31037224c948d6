import { UTC, matchTiming } from "../idempotency/ambiguous-outcome.ts";
import { date, string } from "../decoding/decode.ts";
import { type ClientsApi, type WireClient } from "../api/clients.ts";
import { walkClients } from "./client-list.ts";

/** A creation whose reply was lost. */
export interface UnacknowledgedCreation {
  name: string;
  /** null: our own account. */
  accountId: string | null;
  /** When it was sent, and until when its client may appear at KORE. Milliseconds since the epoch. */
  sentAt: number;
  settlesAt: number;
}

export type Finding =
  /** KORE has the client. */
  | { kind: "found"; clientId: string; client: WireClient }
  /** KORE's complete list does not have it. */
  | { kind: "absent" }
  /** KORE's list has one or more clients that may be it, or is incomplete. */
  | { kind: "unclear"; message: string };

type Evidence = "yes" | "no" | "perhaps";

/** KORE states no limit. */
const PAGE_SIZE = 100;

/**
 * Searches KORE's list for an unacknowledged creation, by name, account and time. A date alone does not prove absence:
 * KORE's clock may be wrong, and earlier clients of this name are not known. A client with a contradicting date counts
 * only where no other client matches.
 *
 * @param isClaimed excludes clients that were created by other commands
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
  if (!match && !isWhole) return { kind: "unclear", message: "KORE's list of API clients is incomplete" };
  if (!match && others.length === 0) return { kind: "absent" };
  if (matches.length === 1 && match?.isSure) return { kind: "found", clientId: match.clientId, client: match.client };
  const which = [...matches.map(({ clientId }) => clientId), ...others].join(", ");
  return { kind: "unclear", message: `KORE lists clients that may be this one: ${which}` };
}

/** A client that is deleted meanwhile moves others to an earlier page, so lists of several pages are read twice. */
async function everyClient(kore: Pick<ClientsApi, "clients">) {
  const walk = () => walkClients(PAGE_SIZE, (page) => kore.clients({ ...page, client_type: undefined }));
  const first = await walk();
  if (first.pages === 1) return first;
  const second = await walk();
  const isSame =
    first.clients.size === second.clients.size && [...first.clients.keys()].every((id) => second.clients.has(id));
  return { ...second, isWhole: first.isWhole && second.isWhole && isSame };
}

/** KORE does not state that it stores names unchanged. */
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
