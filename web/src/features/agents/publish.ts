import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask, once } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { toast } from "@/components/ui/toast/toast";
import { agentKeys, type Version } from "@/features/agents/queries";

interface Order {
  version: Pick<Version, "id" | "version">;
  /** What calls have had so far: to be taken back to. */
  was: Pick<Version, "id" | "version"> | undefined;
}

/** Puts a version before callers; what is said about it has the way back. */
export function usePublish(agentId: string) {
  const client = useQueryClient();
  const publish = useMutation({
    mutationFn: ({ version }: Order) =>
      ask(
        api.POST("/agents/{id}/publish", {
          params: { path: { id: agentId }, header: once() },
          body: { version_id: version.id },
        }),
      ),
    onSuccess: async (_, { version, was }) => {
      await client.invalidateQueries({ queryKey: agentKeys.all });
      toast({
        text: `Version ${version.version} is published. Calls that begin from here on have it.`,
        ...(was ? { undo: () => publish.mutate({ version: was, was: undefined }) } : {}),
      });
    },
    onError: (error) => toast({ text: `It was not published. ${explain(error)}`, tone: "bad" }),
  });
  return publish;
}
