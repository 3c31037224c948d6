import { defineResource } from "../resource.ts";
import { RecordChangePayloadResolver, RecordChangeResultResolver, SimRecordResolver } from "./sim-record.resolver.ts";

export const simRecord = defineResource([SimRecordResolver, RecordChangePayloadResolver, RecordChangeResultResolver]);
