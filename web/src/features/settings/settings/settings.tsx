import { useQuery } from "@tanstack/react-query";
import { PageHead } from "@/components/ui/card/card";
import { Failure, Waiting } from "@/components/ui/states/states";
import { Tabs } from "@/components/ui/tabs/tabs";
import { may, meQuery } from "@/features/auth/queries";
import type { Tagged } from "@/features/edit/use-edit";
import { HoursEditor } from "@/features/hours/hours-editor/hours-editor";
import { AgentSettings } from "@/features/settings/agent-form/agent-form";
import { BrandingCard } from "@/features/settings/branding-card/branding-card";
import { CompanyForm } from "@/features/settings/company-form/company-form";
import { FeatureList } from "@/features/settings/feature-list/feature-list";
import { type Settings as Saved, settingsEditQuery } from "@/features/settings/queries";
import { Sandbox } from "@/features/settings/sandbox/sandbox";
import type { SettingsTab } from "@/features/settings/tabs";
import { useSettings } from "@/features/settings/use-settings";

interface Props {
  tab: SettingsTab;
  change: (tab: SettingsTab) => void;
}

/** Everything about the business as a whole. What is typed in one part stays while another is looked at. */
export function Settings({ tab, change }: Props) {
  const me = useQuery(meQuery).data;
  const allowed = me !== undefined && may(me, "admin");
  const settings = useQuery(settingsEditQuery);
  return (
    <>
      <PageHead
        title="Settings"
        about={me && !allowed && "Administrators change these. You can look at them."}
      />
      {settings.isPending || !me ? (
        <Waiting rows={8} what="Loading settings" />
      ) : settings.isError && !settings.data ? (
        <Failure error={settings.error} retry={() => void settings.refetch()} />
      ) : (
        <Parts first={settings.data} allowed={allowed} tab={tab} change={change} />
      )}
    </>
  );
}

function Parts({ first, allowed, tab, change }: Props & { first: Tagged<Saved>; allowed: boolean }) {
  const edit = useSettings(first, allowed);
  return (
    <div className="max-w-4xl">
      <Tabs
        label="Settings"
        keep
        value={tab}
        onValueChange={change}
        tabs={[
          {
            value: "company",
            label: "Company",
            content: (
              <div className="flex flex-col gap-5">
                <CompanyForm edit={edit} />
                <BrandingCard edit={edit} />
              </div>
            ),
          },
          { value: "agent", label: "AI agent", content: <AgentSettings allowed={allowed} /> },
          { value: "hours", label: "Business hours", content: <HoursEditor allowed={allowed} /> },
          {
            value: "features",
            label: "Sandbox and beta",
            content: (
              <div className="flex flex-col gap-5">
                <Sandbox edit={edit} />
                <FeatureList allowed={allowed} />
              </div>
            ),
          },
        ]}
      />
    </div>
  );
}
