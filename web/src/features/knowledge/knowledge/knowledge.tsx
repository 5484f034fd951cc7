import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PageHead } from "@/components/ui/card/card";
import { Tabs } from "@/components/ui/tabs/tabs";
import { may, meQuery } from "@/features/auth/queries";
import { Questions } from "@/features/knowledge/questions/questions";
import { Services } from "@/features/knowledge/services/services";
import type { Tab } from "@/features/knowledge/tabs";

/** What agents know about the business. */
export function Knowledge({ tab, change }: { tab: Tab; change: (tab: Tab) => void }) {
  const me = useQuery(meQuery).data;
  const edits = me !== undefined && may(me, "admin");
  return (
    <>
      <PageHead
        title="Knowledge"
        about={
          <>
            What your agents know about your business. A change counts from the next call on. An{" "}
            <Link to="/packs" className="text-accent underline underline-offset-4">
              industry pack
            </Link>{" "}
            brings what is usual in your trade.
          </>
        }
      />
      <Tabs
        label="Parts of the knowledge"
        value={tab}
        onValueChange={change}
        tabs={[
          { value: "services", label: "Services", content: <Services edits={edits} /> },
          { value: "questions", label: "Questions and answers", content: <Questions edits={edits} /> },
        ]}
      />
    </>
  );
}
