import { buildSubgraphSchema, printSubgraphSchema } from "@apollo/subgraph";
import { type DocumentNode } from "graphql";

/** The SDL of a subgraph's definitions. @throws if they are invalid */
export const subgraphSdl = (definitions: DocumentNode): string =>
  printSubgraphSchema(buildSubgraphSchema(definitions)) + "\n";
