import { type Given } from "./variables/variable.ts";

/** Variables that other programs read in lower case as well, which takes precedence. */
const EITHER_CASE = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];

/** Variables that are set and not blank: an empty line in an .env file means "not set". */
export function setVariables(env: NodeJS.ProcessEnv): Given {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""));
  for (const name of EITHER_CASE) {
    const lower = set[name.toLowerCase()];
    if (lower !== undefined) set[name] = lower;
  }
  return set;
}
