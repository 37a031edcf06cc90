/** Checks the texts that people or the App write, with GitHub's answers for those too long. */
import { LIMITS } from "../limits.ts";
import { type ApiError, validationFailed } from "../rest/api-error.ts";

/** Throws 422 for a text over 65,536 characters. */
export function checkBody(resource: string, body: string | null | undefined): void {
  checkLength(resource, "body", body, LIMITS.bodyCharacters);
}

export function checkTitle(resource: string, title: string | undefined): void {
  checkLength(resource, "title", title, LIMITS.titleCharacters);
}

function checkLength(
  resource: string,
  field: string,
  text: string | null | undefined,
  charactersMax: number,
): void {
  if ((text?.length ?? 0) > charactersMax) throw tooLong(resource, field, charactersMax);
}

function tooLong(resource: string, field: string, charactersMax: number): ApiError {
  const message = `${field} is too long (maximum is ${charactersMax} characters)`;
  return validationFailed({ resource, field, code: "custom", message });
}
