import { type Family } from "./auth/credential-set.ts";
import { type PermitSource } from "./http/pipeline.ts";
import { type TokenReply } from "./auth/token-source.ts";

/** State that replicas share for their calls to KORE. */
export interface Replicas {
  /** Rate limit of all calls with an API client of KORE's. @param maxRate calls a second of all replicas */
  permits(clientId: string, maxRate: number): PermitSource;
  /** A token that one replica requests and all use. */
  token(request: SharedTokenRequest): Promise<TokenReply>;
  /** False while invalidations of other replicas may be missed, so that caches and deduplication must not be used. */
  readonly isCurrent: boolean;
}

interface SharedTokenRequest {
  family: Family;
  clientId: string;
  /** Secret of the credentials, with which replicas encrypt the shared token. */
  secret: string;
  /** A token that KORE has refused, which must not be returned. */
  refused: string | undefined;
  request: () => Promise<TokenReply>;
}
