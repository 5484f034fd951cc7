import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { Confirm } from "@/components/ui/confirm/confirm";
import { TextField } from "@/components/ui/field/field";
import { Failure, FormProblem, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { domainsQuery } from "@/features/tenants/queries";

/** The addresses of its own at which a tenant is reached. */
export function Domains({ tenantId }: { tenantId: string }) {
  const client = useQueryClient();
  const list = useQuery(domainsQuery(tenantId));
  const [going, setGoing] = useState<string | null>(null);
  const renew = () => client.invalidateQueries({ queryKey: domainsQuery(tenantId).queryKey });
  const remove = useMutation({
    mutationFn: (host: string) =>
      ask(api.DELETE("/admin/tenants/{id}/domains/{host}", { params: { path: { id: tenantId, host } } })),
    onSuccess: async (_, host) => {
      await renew();
      setGoing(null);
      toast({ text: `${host} is taken away` });
    },
  });
  return (
    <Card title="Domains">
      {list.isPending ? (
        <Waiting what="Loading domains" rows={2} />
      ) : !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : list.data.length === 0 ? (
        <p className="text-faint">None of its own yet: it is reached at its subdomain.</p>
      ) : (
        <ul className="divide-y divide-line">
          {list.data.map(({ host, verified_at }) => (
            <li key={host} className="flex flex-wrap items-center gap-2 py-2">
              <code className="min-w-0 flex-1">{host}</code>
              {!verified_at && <span className="text-sm text-faint">does not count yet</span>}
              <Button size="small" look="quiet" onClick={() => setGoing(host)} aria-label={`Remove ${host}`}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Add tenantId={tenantId} done={renew} />
      {going && (
        <Confirm
          title={`Take ${going} away?`}
          description="Whoever opens it finds nobody there from now on. It can be given again."
          action="Remove the domain"
          grave
          onConfirm={() => remove.mutate(going)}
          cancel={() => {
            setGoing(null);
            remove.reset();
          }}
          busy={remove.isPending}
          error={remove.error}
        />
      )}
    </Card>
  );
}

function Add({ tenantId, done }: { tenantId: string; done: () => Promise<void> }) {
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({ defaultValues: { host: "" } });
  const { errors, isSubmitting } = form.formState;
  const send = form.handleSubmit(async (body) => {
    setProblem(null);
    try {
      await ask(
        api.POST("/admin/tenants/{id}/domains", { params: { path: { id: tenantId }, header: once() }, body }),
      );
      form.reset();
      await done();
      toast({ text: `${body.host} counts now` });
    } catch (error) {
      setProblem(fieldErrors(error, ["host"], form.setError));
    }
  });
  return (
    <form onSubmit={send} noValidate className="mt-3 flex flex-col gap-2">
      <FormProblem>{problem}</FormProblem>
      <div className="flex flex-wrap items-end gap-2">
        <TextField
          label="Another domain"
          placeholder="calls.example.com"
          className="grow basis-48"
          autoCapitalize="off"
          spellCheck={false}
          error={errors.host?.message}
          {...form.register("host", { required: "Type a domain." })}
        />
        <Button type="submit" busy={isSubmitting}>
          Add
        </Button>
      </div>
    </form>
  );
}
