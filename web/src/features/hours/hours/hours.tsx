import { useQuery } from "@tanstack/react-query";
import { PageHead } from "@/components/ui/card/card";
import { may, meQuery } from "@/features/auth/queries";
import { HoursEditor } from "@/features/hours/hours-editor/hours-editor";

export function Hours() {
  const me = useQuery(meQuery).data;
  const allowed = me !== undefined && may(me, "admin");
  return (
    <div className="max-w-4xl">
      <PageHead
        title="Business hours"
        about="The agent offers appointments within them, and menus follow them."
      />
      <HoursEditor allowed={allowed} />
    </div>
  );
}
