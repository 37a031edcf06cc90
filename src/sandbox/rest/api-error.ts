/** An answer of GitHub's that says no. */
import type { Answer } from "./answer.ts";

const DOCUMENTATION_URL = "https://docs.github.com/rest";

export interface FieldError {
  readonly resource: string;
  readonly field: string;
  readonly code: "missing" | "missing_field" | "invalid" | "custom" | "unprocessable";
  readonly message?: string;
  readonly value?: unknown;
}

/** Thrown by whatever handles a request; the router turns it into the response. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: readonly (FieldError | string)[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: {
      readonly errors?: readonly (FieldError | string)[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }

  toAnswer(): Answer {
    const errors = this.errors.length > 0 ? { errors: this.errors } : {};
    const body = {
      message: this.message,
      ...errors,
      documentation_url: DOCUMENTATION_URL,
      status: String(this.status),
    };
    return { status: this.status, body, headers: this.headers };
  }
}

/** What GitHub answers for what does not exist, and for what the token may not know of. */
export function notFound(): ApiError {
  return new ApiError(404, "Not Found");
}

export function badCredentials(): ApiError {
  return new ApiError(401, "Bad credentials");
}

/** 403 of a token that lacks a permission; the header names what the endpoint accepts. */
export function notAccessible(accepted?: string): ApiError {
  const headers = accepted === undefined ? {} : { "x-accepted-github-permissions": accepted };
  return new ApiError(403, "Resource not accessible by integration", { headers });
}

export function validationFailed(...errors: readonly FieldError[]): ApiError {
  return new ApiError(422, "Validation Failed", { errors });
}
