import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { SettingError, fileError } from "../setting-error.ts";

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM file, as text. Other content, such as a private key, is omitted.
 *
 * @throws SettingError when the file cannot be read, has no certificate, or an invalid one
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
