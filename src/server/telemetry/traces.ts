import { type Correlation } from "./correlation.ts";
import { type OperationSpan } from "./watch.ts";

export interface Traces {
  operation(correlation: Correlation): OperationSpan;
  stop(): Promise<void>;
}
