import { useMutation } from "@tanstack/react-query";
import { Table2 } from "lucide-react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { toast } from "@/components/ui/toast/toast";
import { type Filters, toQuery } from "@/features/calls/filters";
import { dayKey } from "@/lib/dates/dates";
import { save } from "@/lib/save/save";

/** All calls that the filters let through, in their order, as a table to take along. */
export function CsvButton({ filters, zone }: { filters: Filters; zone: string }) {
  const take = useMutation({
    mutationFn: async () => {
      const params = { query: toQuery(filters, zone) };
      const file = await ask(api.GET("/calls/export", { params, parseAs: "blob" }));
      save(file as Blob, `calls-${dayKey(new Date(), zone)}.csv`);
    },
    onError: (error) => toast({ tone: "bad", text: `Not exported. ${explain(error)}` }),
  });
  return (
    <Button busy={take.isPending} onClick={() => take.mutate()}>
      <Table2 aria-hidden /> {take.isPending ? "Making the table" : "CSV"}
    </Button>
  );
}
