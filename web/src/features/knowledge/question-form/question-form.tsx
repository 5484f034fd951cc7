import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { explain, fieldErrors, ProblemError } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Conflict } from "@/components/ui/conflict/conflict";
import { Dialog } from "@/components/ui/dialog/dialog";
import { TextArea, TextField } from "@/components/ui/field/field";
import { Failure, FormProblem, Waiting } from "@/components/ui/states/states";
import { type Question, questionQuery, questionsQuery, readQuestion } from "@/features/knowledge/queries";
import { listed } from "@/features/knowledge/words";

interface Props {
  id: string | null;
  /** The place behind all that there are. */
  last: number;
  close: () => void;
}

export function QuestionDialog(props: Props) {
  const { id, close } = props;
  const seen = useQuery({ ...questionQuery(id ?? ""), enabled: id !== null });
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={id ? "Edit question" : "New question"}>
      {id && seen.isPending ? (
        <Waiting rows={6} />
      ) : id && !seen.data ? (
        <Failure error={seen.error} retry={() => void seen.refetch()} />
      ) : (
        <QuestionForm {...props} seen={seen.data ?? null} />
      )}
    </Dialog>
  );
}

const typed = (question: Question | null) => ({
  question: question?.question ?? "",
  answer: question?.answer ?? "",
  keywords: question?.keywords.join(", ") ?? "",
});
const LABELS = { question: "Question", answer: "Answer", keywords: "Keywords" } as const;

type Seen = Awaited<ReturnType<typeof readQuestion>>;

function QuestionForm({ id, last, close, seen }: Props & { seen: Seen | null }) {
  const client = useQueryClient();
  const [tag, setTag] = useState(seen?.etag);
  const [theirs, setTheirs] = useState<ReturnType<typeof typed> | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [key] = useState(once);
  const form = useForm({ defaultValues: typed(seen?.data ?? null), mode: "onTouched" });
  const { errors, isSubmitting } = form.formState;

  const look = (which: string) =>
    readQuestion(which).then(
      (now) => {
        setTag(now.etag);
        setTheirs(typed(now.data));
      },
      (error: unknown) => setProblem(explain(error)),
    );
  const save = form.handleSubmit(async ({ keywords, ...rest }) => {
    setProblem(null);
    setTheirs(null);
    const body = { ...rest, keywords: listed(keywords) };
    try {
      if (id) {
        const params = { path: { id }, header: tag ? { "If-Match": tag } : {} };
        await ask(api.PATCH("/knowledge/faqs/{id}", { params, body }));
      } else {
        await ask(
          api.POST("/knowledge/faqs", { params: { header: key }, body: { ...body, position: last } }),
        );
      }
      await client.invalidateQueries({ queryKey: questionsQuery.queryKey });
      close();
    } catch (error) {
      if (id && error instanceof ProblemError && error.status === 412) await look(id);
      else setProblem(fieldErrors(error, ["question", "answer", "keywords"], form.setError));
    }
  });
  const now = form.getValues();
  const fields = Object.keys(LABELS) as (keyof typeof LABELS)[];
  return (
    <form onSubmit={save} noValidate className="flex flex-col gap-4">
      <FormProblem>{problem}</FormProblem>
      {theirs && (
        <Conflict
          rows={fields
            .filter((field) => theirs[field] !== now[field])
            .map((field) => ({ label: LABELS[field], theirs: theirs[field], yours: now[field] }))}
          load={() => {
            form.reset(theirs);
            setTheirs(null);
          }}
          overwrite={() => void save()}
          busy={isSubmitting}
        />
      )}
      <TextField
        label="Question"
        hint="As a caller would ask it."
        maxLength={300}
        error={errors.question?.message}
        {...form.register("question", { required: "What do callers ask?" })}
      />
      <TextArea
        label="Answer"
        hint="Agents say it, so write it as one would speak."
        rows={4}
        maxLength={2000}
        error={errors.answer?.message}
        {...form.register("answer", { required: "What do callers hear?" })}
      />
      <TextArea
        label="Keywords"
        hint="Words by which the question is known, with commas between them."
        rows={2}
        error={errors.keywords?.message}
        {...form.register("keywords", {
          validate: (text) => listed(text).length <= 30 || "A question has at most 30 keywords.",
        })}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" look="main" busy={isSubmitting}>
          Save
        </Button>
      </div>
    </form>
  );
}
