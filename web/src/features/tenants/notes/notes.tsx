import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useFieldArray } from "react-hook-form";
import { api, askWithTag } from "@/api/client/client";
import type { components } from "@/api/schema";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { TextArea, TextField } from "@/components/ui/field/field";
import { Failure, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { Unsaved } from "@/components/ui/unsaved/unsaved";
import { type Tagged, TaggedNews, useTaggedForm } from "@/features/platform/tagged/tagged";
import { notesQuery } from "@/features/tenants/queries";

type Noted = components["schemas"]["NotesInput"];
const LABELS = { internal_notes: "Notes", extras: "Extras" };
const values = (data: Noted) => ({ internal_notes: data.internal_notes ?? "", extras: data.extras ?? [] });

/** What owners note about a tenant and what was bought besides. The tenant never sees it. */
export function Notes({ tenantId }: { tenantId: string }) {
  const notes = useQuery({ ...notesQuery(tenantId), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Card title="Private notes and extras">
      {notes.isPending ? (
        <Waiting what="Loading notes" rows={3} />
      ) : !notes.data ? (
        <Failure error={notes.error} retry={() => void notes.refetch()} />
      ) : (
        <NotesForm tenantId={tenantId} seen={notes.data} />
      )}
    </Card>
  );
}

function NotesForm({ tenantId, seen }: { tenantId: string; seen: Tagged<Noted> }) {
  const client = useQueryClient();
  const edit = useTaggedForm({
    seen,
    values,
    labels: LABELS,
    read: () => client.fetchQuery({ ...notesQuery(tenantId), staleTime: 0 }),
    save: (body, etag) =>
      askWithTag(
        api.PATCH("/admin/tenants/{id}/notes", {
          params: { path: { id: tenantId }, header: etag ? { "If-Match": etag } : {} },
          body,
        }),
      ),
    saved: (now) => {
      client.setQueryData(notesQuery(tenantId).queryKey, now);
      toast({ text: "Notes saved" });
    },
  });
  const { errors, isDirty, isSubmitting } = edit.form.formState;
  const extras = useFieldArray({ control: edit.form.control, name: "extras" });
  return (
    <form onSubmit={edit.submit} noValidate className="flex flex-col gap-4">
      <Unsaved when={isDirty && !isSubmitting} />
      <TaggedNews of={edit} />
      <TextArea
        label="Notes"
        hint="For owners of the platform. The tenant never sees them."
        dir="auto"
        rows={4}
        error={errors.internal_notes?.message}
        {...edit.form.register("internal_notes")}
      />
      {extras.fields.length > 0 && (
        <ul className="flex flex-col gap-3" aria-label="Extras">
          {extras.fields.map((field, n) => (
            <li key={field.id} className="flex items-end gap-2">
              <TextField
                label="Extra"
                className="flex-1"
                error={errors.extras?.[n]?.name?.message}
                {...edit.form.register(`extras.${n}.name`, { required: "Say what it is." })}
              />
              <TextField
                label="How far it is"
                className="flex-1"
                error={errors.extras?.[n]?.status?.message}
                {...edit.form.register(`extras.${n}.status`, { required: "Say how far." })}
              />
              <Button
                look="quiet"
                size="icon"
                aria-label={`Remove the extra ${field.name || n + 1}`}
                onClick={() => extras.remove(n)}
              >
                <Trash2 aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap justify-between gap-2">
        <Button onClick={() => extras.append({ name: "", status: "open" })}>
          <Plus aria-hidden /> Add an extra
        </Button>
        <Button type="submit" look="main" busy={isSubmitting} disabled={!isDirty}>
          Save notes
        </Button>
      </div>
    </form>
  );
}
