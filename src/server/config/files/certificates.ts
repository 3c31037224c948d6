import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { SettingError, fileError } from "../setting-error.ts";

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Certificate authorities out of a file in PEM, as text; whatever else the file holds is left out.
 *
 * @throws SettingError when it cannot be read, holds none, or one that is broken
 */
export function readCertificates(variable: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw fileError(variable, "read", error);
  }
  const certificates = text.match(PEM) ?? [];
  if (certificates.length === 0) throw new SettingError(`${variable}: holds no certificate in PEM`);
  for (const [index, certificate] of certificates.entries()) {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw new SettingError(`${variable}: certificate ${index + 1} in it is broken`, { cause });
    }
  }
  return certificates.join("\n");
}
