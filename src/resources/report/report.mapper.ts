import { Secret, type UnknownEnumValues, type WireScheduledReport, decode } from "../../kore/index.ts";
import { type DailySubscriptionsReport } from "./report.type.ts";

/** Null for a reply without a file. */
export function toDailySubscriptionsReport(
  reply: WireScheduledReport | null,
  unknown: UnknownEnumValues,
): DailySubscriptionsReport | null {
  const report = reply && decode.record(reply, "scheduled-report");
  const file = decode.optionalRecord(report?.["file-details"], "scheduled-report.file-details");
  if (!file) return null;
  const url = decode.id(file["signed-url"], "scheduled-report.signed-url");
  return {
    fileName: decode.string(file["file-name"], "scheduled-report.file-name"),
    fileType: decode.string(file["file-type"], "scheduled-report.file-type"),
    generatedAt: decode.date(file["file-generation-date"], "scheduled-report.file-generation-date", unknown),
    checksum: toChecksum(file.checksum),
    signedUrl: url === null ? null : new Secret(url),
  };
}

function toChecksum(wire: NonNullable<WireScheduledReport["file-details"]>["checksum"] | null) {
  const checksum = decode.optionalRecord(wire, "scheduled-report.checksum");
  if (!checksum) return null;
  const { type, value } = checksum;
  return {
    type: decode.string(type, "scheduled-report.checksum.type"),
    value: decode.string(value, "scheduled-report.checksum.value"),
  };
}
