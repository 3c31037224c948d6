import { userInputError } from "../graph/index.ts";

const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Checks a text that KORE stores. @param max characters
 *
 * @throws GraphQLError naming the field and the rule
 */
export function checkedText(text: string, field: string, max: number): string {
  if (text.trim() === "") throw userInputError(`${field}: must not be empty`);
  if (text !== text.trim()) throw userInputError(`${field}: must not begin or end with a blank`);
  if (text.length > max) throw userInputError(`${field}: must be at most ${max} characters`);
  if (CONTROL.test(text)) throw userInputError(`${field}: must not hold control characters`);
  return text;
}
