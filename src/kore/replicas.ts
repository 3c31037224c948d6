import { type Family } from "./auth/credential-set.ts";
import { type PermitSource } from "./http/pipeline.ts";
import { type TokenReply } from "./auth/token-source.ts";

/** State that the replicas of a fleet share towards KORE. */
export interface Replicas {
  /** The pace of all calls with a client of KORE's. @param most calls a second of all replicas */
  permits(clientId: string, most: number): PermitSource;
  /** A token that one replica asks for and all use. */
  token(ask: SharedTokenRequest): Promise<TokenReply>;
  /** False while a write of another replica may be unknown here: nothing kept may be served then, and nothing joined. */
  readonly isCurrent: boolean;
}

interface SharedTokenRequest {
  family: Family;
  clientId: string;
  /** Known to all replicas with the same credentials, and to nobody else. */
  secret: string;
  /** A token that KORE has just refused: it will not do. */
  refused: string | undefined;
  request: () => Promise<TokenReply>;
}
