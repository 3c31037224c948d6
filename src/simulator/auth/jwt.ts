import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";

let keys: { publicKey: KeyObject; privateKey: KeyObject } | undefined;

/** One pair per process, created on first use. 1024 bits: nothing here needs protection, and 2048 bits take 100 ms. */
function pair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return (keys ??= generateKeyPairSync("rsa", { modulusLength: 1024 }));
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const HEADER = encode({ alg: "RS256", typ: "JWT", kid: "kore-simulator" });

export function signJwt(claims: Readonly<Record<string, unknown>>): string {
  const head = `${HEADER}.${encode(claims)}`;
  return `${head}.${sign("sha256", Buffer.from(head), pair().privateKey).toString("base64url")}`;
}

/** The claims of a token that this process signed, else null. Does not check its expiry. */
export function readJwt(token: string): Record<string, unknown> | null {
  const [header, payload, signature, ...rest] = token.split(".");
  if (header !== HEADER || payload === undefined || signature === undefined || rest.length > 0) return null;
  if (!verify("sha256", Buffer.from(`${header}.${payload}`), pair().publicKey, Buffer.from(signature, "base64url")))
    return null;
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
}
