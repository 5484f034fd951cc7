/** Editing what others may edit at the same time: the tag that was seen goes along, a 412 brings what is saved. */
import { useState } from "react";
import { ProblemError } from "@/api/problem/problem";

export interface Tagged<T> {
  data: T;
  etag: string | undefined;
}

interface Ways<T, B> {
  read: () => Promise<Tagged<T>>;
  write: (body: B, etag: string | undefined) => Promise<Tagged<T>>;
}

export const ifMatch = (etag: string | undefined): { "If-Match"?: string } =>
  etag ? { "If-Match": etag } : {};

export function useEdit<T, B>({ read, write }: Ways<T, B>) {
  const [clash, setClash] = useState<{ saved: Tagged<T>; body: B } | null>(null);
  /** What is saved now; `null` when somebody else was faster: then `clash` has theirs. Other faults are thrown. */
  const save = async (body: B, etag: string | undefined): Promise<Tagged<T> | null> => {
    try {
      const saved = await write(body, etag);
      setClash(null);
      return saved;
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 412) throw error;
      setClash({ saved: await read(), body });
      return null;
    }
  };
  return {
    clash,
    save,
    overwrite: async () => (clash ? save(clash.body, clash.saved.etag) : null),
    settle: () => setClash(null),
  };
}

/** The fields that differ, in words, for `Conflict`. */
export function differences<T>(
  saved: T,
  typed: T,
  words: readonly { label: string; of: (value: T) => string }[],
): { label: string; theirs: string; yours: string }[] {
  return words
    .map(({ label, of }) => ({ label, theirs: of(saved), yours: of(typed) }))
    .filter((row) => row.theirs !== row.yours);
}
