import { type UnknownEnumValues, type WireInSession, type WireSimSessions, decode } from "../../kore/index.ts";
import { type SimSession } from "./session.type.ts";

/** A page of the sessions of one SIM. */
export interface SessionPage {
  iccid: string | null;
  msisdn: string | null;
  subscriptionUrn: string | null;
  count: number | null;
  sessions: SimSession[];
}

export function toSessionPage(wire: WireSimSessions, unknown: UnknownEnumValues): SessionPage {
  const data = decode.optionalRecord(wire["session-data"], "sessions.session-data");
  const rows = decode.rows(data?.sessions, "sessions.session-data");
  return {
    iccid: decode.id(wire.iccid, "sessions.iccid"),
    msisdn: decode.id(wire.msisdn, "sessions.msisdn"),
    subscriptionUrn: decode.id(wire["subscription-urn"], "sessions.subscription-urn"),
    count: decode.count(wire["session-count"], "sessions.session-count"),
    sessions: rows.map((row) => ({
      sessionId: decode.id(row["session-id"], "sessions.session-id"),
      startedAt: decode.date(row["start-time"], "sessions.start-time", unknown),
      endedAt: decode.date(row["stop-time"], "sessions.stop-time", unknown),
      apn: decode.string(row.apn, "sessions.apn"),
    })),
  };
}

/** The latest RADIUS event of a SIM. */
export interface Presence {
  subscriptionId: string | null;
  iccid: string | null;
  isInSession: boolean | null;
  updatedAt: Date | null;
}

export function toPresence(wire: WireInSession, unknown: UnknownEnumValues): Presence {
  return {
    subscriptionId: decode.id(wire["subscription-id"], "in-session.subscription-id"),
    iccid: decode.id(wire.iccid, "in-session.iccid"),
    isInSession: decode.boolean(wire["in-session"], "in-session.in-session"),
    updatedAt: decode.date(wire["last-updated-time"], "in-session.last-updated-time", unknown),
  };
}
