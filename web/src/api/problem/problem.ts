/** What the server says when it does not serve (RFC 9457), as an error that pages and forms can show. */
import type { FieldValues, Path, UseFormSetError } from "react-hook-form";
import type { components } from "@/api/schema";

type Problem = components["schemas"]["Problem"];

export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  readonly fields: Problem["errors"];
  readonly retryAfterS: number | null;

  constructor(problem: Partial<Problem>, response: Response) {
    super(problem.detail ?? problem.title ?? `The server answered ${response.status}.`);
    this.name = "ProblemError";
    this.status = response.status;
    this.code = problem.code ?? "unknown";
    this.requestId = problem.request_id ?? response.headers.get("X-Request-Id");
    this.fields = problem.errors ?? [];
    const wait = Number(response.headers.get("Retry-After"));
    this.retryAfterS = Number.isFinite(wait) && wait > 0 ? wait : null;
  }
}

/** A sentence for people about anything that was thrown. */
export function explain(error: unknown): string {
  if (error instanceof ProblemError) {
    if (error.status === 412) return "Somebody else changed this since you opened it. Look at it again.";
    if (error.retryAfterS) return `${error.message} Try again in ${error.retryAfterS} s.`;
    // What names fields is said where there are none to stand beside.
    return error.fields.map((field) => field.detail).join(" ") || error.message;
  }
  if (error instanceof TypeError) return "The server cannot be reached. Is the connection there?";
  return "Something went wrong on this page.";
}

/**
 * Puts the server's field errors beside the form's fields. Answers with what no field could take: the message
 * for the form as a whole, or `null` if every word found its place.
 */
export function fieldErrors<T extends FieldValues>(
  error: unknown,
  names: readonly Path<T>[],
  setError: UseFormSetError<T>,
): string | null {
  if (!(error instanceof ProblemError) || error.fields.length === 0) return explain(error);
  const homeless: string[] = [];
  for (const field of error.fields) {
    const name = field.pointer.replace(/^[/?]/, "").replaceAll("/", ".");
    const known = names.find((n) => n === name);
    if (known) setError(known, { type: field.code, message: field.detail }, { shouldFocus: true });
    else homeless.push(field.detail);
  }
  return homeless.length > 0 ? homeless.join(" ") : null;
}

/** Reads are worth another try when the fault may pass: no connection, too many requests, the server's own. */
export function worthRetrying(failures: number, error: unknown): boolean {
  if (failures >= 3) return false;
  return error instanceof ProblemError
    ? error.status === 429 || error.status >= 500
    : error instanceof TypeError;
}
