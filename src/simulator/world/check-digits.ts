/** The Luhn digit that ends an ICCID (ITU-T E.118) or an IMEI. */
export function luhnDigit(body: string): string {
  let sum = 0;
  for (let i = body.length - 1, double = true; i >= 0; i--, double = !double) {
    const digit = body.charCodeAt(i) - 48;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return String((10 - (sum % 10)) % 10);
}

/** The two digits that end an EID (SGP.02): they make the whole number 1 modulo 97. */
export function mod97Digits(body: string): string {
  let rest = 0;
  for (let i = 0; i < body.length; i++) rest = (rest * 10 + body.charCodeAt(i) - 48) % 97;
  return String(98 - ((rest * 100) % 97)).padStart(2, "0");
}
