import { type ProvisioningVerb } from "../../api/connectivity.ts";
import { type Change, type Expectation } from "../../../common/durable-store.ts";
import { type CommandOptions, type PlacedSim, type SimResult } from "../command.ts";
import { type SequenceMark } from "../reconciliation/request-sequence.ts";

/** One intent, kept from before its first write until its retention is over. */
export interface Entry {
  /** Where it is kept: the same for the same request key, or for the same input without one. */
  key: string;
  /** Another one each time the intent is new. */
  id: string;
  accountId: string;
  verb: ProvisioningVerb;
  fingerprint: string;
  hasRequestKey: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** SIMs that needed no write. */
  settled: readonly SimResult[];
  chunks: number;
  /** Gone once nothing is left to send: it may hold names and addresses. */
  options?: CommandOptions;
}

/**
 * One POST to be. `planned`: not sent, or proven not to have arrived. `sending`: on disk before the first byte goes
 * out, so that a crash leaves a question and not a silence. `unknown`: the question could not be answered. `abandoned`:
 * did not arrive and was reported so; sent again only when the caller asks again with the same request key.
 */
export interface Chunk {
  entry: string;
  index: number;
  sims: readonly PlacedSim[];
  state: "planned" | "sending" | "acknowledged" | "refused" | "unknown" | "abandoned";
  /** When it was last sent, the latest time at which its POST may still be under way, and until when its request may still appear at KORE. */
  sentAt?: number;
  until?: number;
  settlesAt?: number;
  /** Requests of KORE's seen before it was last sent, and whether KORE's clock was off then. */
  seenBefore?: SequenceMark;
  wasClockOff?: boolean;
  requestId?: string;
  /** When KORE acknowledged it; absent where its request was found otherwise. Milliseconds since the epoch. */
  answeredAt?: number;
  /** When it became known that KORE has it. Milliseconds since the epoch. */
  acknowledgedAt?: number;
  /** Whether KORE is known to be done with it. */
  isFinished?: boolean;
  /** Once it is finished: SIMs that KORE has failed, by id, with KORE's reason where it gave one. */
  failures?: Readonly<Record<string, string | null>>;
  /** KORE's answer when it refused, or what stopped us. */
  message?: string;
}

/** Whether something is left to do about it without being asked for. Its SIMs are reserved for it meanwhile. */
export const isOpen = ({ state }: Pick<Chunk, "state">): boolean => state === "planned" || isAmbiguous(state);

/** Whether it may still change its SIMs without being asked for again. */
export const isUnfinished = ({ state, isFinished = false }: Chunk): boolean =>
  !isFinished && state !== "refused" && state !== "abandoned";

/** Whether the outcome at KORE is ambiguous, by the stored state. */
export const isAmbiguous = (state: Chunk["state"]): boolean => state === "sending" || state === "unknown";

export const isAbandoned = ({ state }: Chunk): boolean => state === "abandoned";

/** Names the chunk of an intent that is unfinished for a SIM, and what it makes of the SIM. */
export interface Unfinished {
  key: string;
  entry: string;
  index: number;
  /** The verb, with the state to activate to. */
  goal: string;
}

/** The chunk for which a SIM is reserved. */
export interface Reservation {
  key: string;
  entry: string;
  index: number;
}

/** The chunk that KORE's request answers. `at`: when that became known; milliseconds since the epoch. */
export interface ClaimedRequest {
  at: number;
  key: string;
  index: number;
}

export const goalOf = (verb: ProvisioningVerb, options: Partial<CommandOptions> = {}): string =>
  [verb, options["activation-state"]].filter(Boolean).join(" ");

/** Ids are KORE's and may hold anything; parts of keys must not run together. Plain ids stay as they are. */
const part = (id: string): string => (/^[\w.:@+-]*$/.test(id) ? id : encodeURIComponent(id).replaceAll("%", "~"));

/** Where everything is kept. */
export const keys = {
  intents: "intent/",
  claims: "claim/",
  open: (id = "") => `open/${id}`,
  chunks: (entry: string) => `chunk/${entry}/`,
  chunk: ({ entry, index }: Pick<Chunk, "entry" | "index">) => `chunk/${entry}/${String(index).padStart(6, "0")}`,
  /** Reserves a SIM for one open chunk at a time. */
  sim: (accountId: string, simId: string) => `sim/${part(accountId)}/${part(simId)}`,
  unfinishedFor: (accountId: string, simId: string) => `unfinished/${part(accountId)}/${part(simId)}/`,
  unfinished: ({ accountId, id }: Entry, simId: string) => `unfinished/${part(accountId)}/${part(simId)}/${id}`,
  request: (accountId: string, requestId: string) => `claim/${part(accountId)}/${part(requestId)}`,
  acknowledged: (accountId: string) => `acknowledged/${part(accountId)}`,
};

export const chunkChange = (chunk: Chunk): Change => [keys.chunk(chunk), chunk];

/** Marks the SIMs of a chunk as having it unfinished, or no longer so. */
export function unfinishedMarks(entry: Entry, chunk: Chunk): Change[] {
  const { key, id, verb, options } = entry;
  const mark: Unfinished = { key, entry: id, index: chunk.index, goal: goalOf(verb, options) };
  return chunk.sims.map((sim) => [keys.unfinished(entry, sim.id), isUnfinished(chunk) ? mark : undefined]);
}

/** Reserves the SIMs of a chunk for it while it is open, and gives them back after that. */
export function reservations({ accountId, key }: Entry, chunk: Chunk): Change[] {
  const { entry, index, sims } = chunk;
  const reservation: Reservation = { key, entry, index };
  return sims.map(({ id }) => [keys.sim(accountId, id), isOpen(chunk) ? reservation : undefined]);
}

/** That nobody has reserved the SIMs of a chunk. */
export const areFree = ({ accountId }: Entry, { sims }: Chunk): Expectation[] =>
  sims.map(({ id }) => [keys.sim(accountId, id), "absent"]);

/** Claims of earlier versions are the time alone. */
export const timeOf = (claimed: unknown): number | undefined =>
  typeof claimed === "number" ? claimed : (claimed as ClaimedRequest | undefined)?.at;
