/** The server's routes, typed by its own document. Knows the session; knows nothing of pages. */
import createClient from "openapi-fetch";
import { firstAnswer } from "@/api/first/first";
import { ProblemError } from "@/api/problem/problem";
import type { paths } from "@/api/schema";
import { renew, token } from "@/api/session/session";

/** `fetch` with the bearer; a 401 is asked again once with another token, when there is one. */
export async function sessionFetch(request: Request): Promise<Response> {
  const used = token();
  const { pathname } = new URL(request.url);
  const path: `/${string}` = `/${pathname.replace("/api/v1/", "")}`;
  const first = request.method === "GET" ? await firstAnswer(path, used) : null;
  const answer = first ?? (await fetch(withBearer(request.clone(), used)));
  if (answer.status !== 401 || pathname.includes("/auth/")) return answer;
  if (!(await renew(used))) return answer;
  return fetch(withBearer(request, token()));
}

function withBearer(request: Request, bearer: string | null): Request {
  if (bearer) request.headers.set("Authorization", `Bearer ${bearer}`);
  return request;
}

export const api = createClient<paths>({
  baseUrl: new URL("/api/v1", window.location.origin).href,
  credentials: "same-origin",
  fetch: sessionFetch,
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** What was asked for, or a ProblemError. */
export async function ask<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new ProblemError((error ?? {}) as object, response);
  return data as T;
}

/** The same with the ETag, to be sent as If-Match with a change. */
export async function askWithTag<T>(
  answer: Promise<Answer<T>>,
): Promise<{ data: T; etag: string | undefined }> {
  const given = await answer;
  return { data: await ask(Promise.resolve(given)), etag: given.response.headers.get("ETag") ?? undefined };
}

/** For a POST: the same request sent twice is done once. */
export const once = (): { "Idempotency-Key": string } => ({ "Idempotency-Key": crypto.randomUUID() });
