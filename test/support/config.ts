import { ConfigError, readConfig } from "../../src/server/config/index.ts";

/** The least that a live configuration needs. */
export const LIVE = {
  KORE_CLIENT_ID: "id-of-ours",
  KORE_CLIENT_SECRET: "secret-of-ours",
  KORE_API_KEY: "key-of-ours",
  KORE_ACCOUNT_EMAIL: "ops@acme.example",
};

/** The mistakes that an environment is refused with. */
export function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}
