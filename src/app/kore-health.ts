import { type CredentialClient, FAMILIES, type Family, type Kore } from "../kore/index.ts";
import { describeKoreError } from "../resources/index.ts";
import { type Check, type Health, type HealthProblem, cachedHealthCheck } from "../server/health.ts";

/** KORE's part of `/readyz`. */
export function koreHealth(kore: Kore): Pick<Health, "checks" | "misconfiguration" | "credentials"> {
  const checks = new WeakMap<CredentialClient, readonly Check[]>();
  const checksOf = (client: CredentialClient) => {
    const known = checks.get(client) ?? FAMILIES.map((family) => credentialCheck(client, family));
    checks.set(client, known);
    return known;
  };
  return {
    checks: () => kore.credentialClients.flatMap(checksOf),
    misconfiguration: () => (kore.areCredentialsRefused ? REFUSED.connectivity : undefined),
    credentials: () => Object.fromEntries(kore.credentialClients.map(({ name, states }) => [name, states])),
  };
}

const REFUSED: Readonly<Record<Family, HealthProblem>> = {
  connectivity: {
    reason: "KORE_CREDENTIALS_REFUSED",
    message:
      "KORE does not take the developer portal's credentials of this deployment. It needs new ones (KORE_CLIENT_ID, KORE_CLIENT_SECRET, KORE_API_KEY, or KORE_CREDENTIALS_FILE), or to have its API client enabled again; the latter is noticed without a restart.",
  },
  clients: {
    reason: "KORE_CREDENTIALS_REFUSED",
    message:
      "KORE does not take the console's credentials of this deployment, without which there are no API clients. It needs new ones (KORE_CONSOLE_CLIENT_ID and KORE_CONSOLE_CLIENT_SECRET where the console's differ from the developer portal's, or KORE_CREDENTIALS_FILE), or to have its API client enabled again; the latter is noticed without a restart.",
  },
};

/** Whether KORE replies and accepts the credentials of an API family. A known refusal is returned without a call. */
function credentialCheck(client: CredentialClient, family: Family): Check {
  const verification = cachedHealthCheck({ part: family, credential: client.name }, async () => {
    try {
      await client.verify(family);
      return undefined;
    } catch (error) {
      const { code, message } = describeKoreError(error) ?? { code: "DEFECT", message: "It could not be looked into" };
      return { reason: code, message };
    }
  });
  return {
    ...verification,
    async check() {
      const found = await verification.check();
      return client.states[family] === "refused" ? REFUSED[family] : found;
    },
  };
}
