import { ProblemError } from "@/api/problem/problem";

/** The same answer, with the server's field errors under other pointers: where a form calls its fields otherwise. */
export async function fieldErrorsAs<T>(names: Record<string, string>, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProblemError)
      for (const field of error.fields) field.pointer = names[field.pointer] ?? field.pointer;
    throw error;
  }
}
