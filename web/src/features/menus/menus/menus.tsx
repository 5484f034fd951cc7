import { useQuery, useQueryClient } from "@tanstack/react-query";
import { PageHead } from "@/components/ui/card/card";
import { Failure, Waiting } from "@/components/ui/states/states";
import { may, meQuery } from "@/features/auth/queries";
import { linesQuery } from "@/features/lines/queries";
import { MenuEditor } from "@/features/menus/menu-editor/menu-editor";
import { menusEditQuery } from "@/features/menus/queries";

/** What callers of a menu line hear, and where each key leads. */
export function Menus() {
  const client = useQueryClient();
  const me = useQuery(meQuery).data;
  const menus = useQuery(menusEditQuery);
  const lines = useQuery(linesQuery);
  const failed = menus.isError ? menus : lines.isError ? lines : null;
  return (
    <>
      <PageHead title="Menus" about="What callers hear, and where each key leads them." />
      {failed ? (
        <Failure error={failed.error} retry={() => void failed.refetch()} />
      ) : !menus.data || !lines.data || !me ? (
        <Waiting rows={8} what="Loading menus" />
      ) : (
        <MenuEditor
          first={menus.data}
          lines={lines.data}
          allowed={may(me, "admin")}
          saved={() => void client.invalidateQueries({ queryKey: ["menus", "list"] })}
        />
      )}
    </>
  );
}
