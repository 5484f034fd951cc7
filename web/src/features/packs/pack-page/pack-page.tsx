import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, PackageOpen, PackagePlus } from "lucide-react";
import { useState } from "react";
import { api, ask, once } from "@/api/client/client";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Confirm } from "@/components/ui/confirm/confirm";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { Tabs } from "@/components/ui/tabs/tabs";
import { SettingsView } from "@/features/agents/settings-view/settings-view";
import { KINDS } from "@/features/agents/words";
import { may, meQuery, settingsQuery } from "@/features/auth/queries";
import { minutes } from "@/features/knowledge/words";
import { Given } from "@/features/packs/given/given";
import { Standing } from "@/features/packs/packs/packs";
import { type Pack, packsQuery, standing } from "@/features/packs/queries";
import { money } from "@/lib/money/money";

export function PackPage({ packKey }: { packKey: string }) {
  const list = useQuery(packsQuery);
  const pack = list.data?.find((one) => one.key === packKey);
  return (
    <>
      <Link
        to="/packs"
        className="mb-2 inline-flex min-h-6 items-center gap-1.5 text-accent underline-offset-4 hover:underline"
      >
        <ArrowLeft className="size-4" aria-hidden /> Industry packs
      </Link>
      {!pack && <h1 className="sr-only">Industry pack</h1>}
      {pack ? (
        <Shown pack={pack} />
      ) : list.isPending ? (
        <Waiting rows={8} what="Loading the pack" />
      ) : list.isError ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Empty icon={PackageOpen} title="There is no such pack" />
      )}
    </>
  );
}

function Shown({ pack }: { pack: Pack }) {
  const client = useQueryClient();
  const me = useQuery(meQuery).data;
  const currency = useQuery(settingsQuery).data?.currency;
  const [asking, setAsking] = useState(false);
  const apply = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/industry-packs/{key}/apply", {
          params: { path: { key: pack.key }, header: once() },
        }),
      ),
    onSuccess: () =>
      Promise.all(
        [["packs"], ["knowledge"], ["agents"]].map((queryKey) => client.invalidateQueries({ queryKey })),
      ).then(() => setAsking(false)),
  });
  return (
    <>
      <PageHead
        title={pack.name}
        about={
          <span className="flex flex-wrap items-center gap-2">
            Version {pack.version} <Standing pack={pack} />
          </span>
        }
        actions={
          me &&
          may(me, "admin") && (
            <Button look="main" onClick={() => setAsking(true)}>
              <PackagePlus aria-hidden /> {standing(pack) === "none" ? "Apply" : "Apply again"}
            </Button>
          )
        }
      />
      {apply.data && <Given applied={apply.data} />}
      <Contents pack={pack} />
      {asking && (
        <Confirm
          title={`Apply “${pack.name}”?`}
          description={
            <>
              <p>
                Its services, questions and menu join yours, and its agents are made. What you have stays as
                it is; what you were given once and took away stays away.
              </p>
              {currency && currency !== pack.currency && (
                <p className="mt-2">
                  Its prices are in {pack.currency} and yours in {currency}: the services come without prices.
                </p>
              )}
            </>
          }
          action="Apply"
          busy={apply.isPending}
          error={apply.error}
          cancel={() => {
            setAsking(false);
            apply.reset();
          }}
          onConfirm={() => apply.mutate()}
        />
      )}
    </>
  );
}

function Contents({ pack }: { pack: Pack }) {
  const [tab, setTab] = useState<"services" | "questions" | "agents" | "menu" | "texts" | "words">(
    "services",
  );
  return (
    <Tabs
      label={`What is in ${pack.name}`}
      value={tab}
      onValueChange={setTab}
      tabs={[
        {
          value: "services",
          label: `Services (${pack.services.length})`,
          content: (
            <Card>
              <ul className="divide-y divide-line">
                {pack.services.map((service) => (
                  <li key={service.name} className="flex flex-wrap gap-x-4 py-2.5">
                    <span className="min-w-0 flex-1 basis-56">
                      <span className="font-medium">{service.name}</span>
                      <span className="block text-sm text-faint">{service.description}</span>
                    </span>
                    <span className="text-right tabular-nums">
                      {typeof service.price_minor === "number"
                        ? money(service.price_minor, pack.currency)
                        : "Price depends"}
                      <span className="block text-sm text-faint">{minutes(service.duration_min)}</span>
                    </span>
                  </li>
                ))}
              </ul>
            </Card>
          ),
        },
        {
          value: "questions",
          label: `Questions (${pack.faqs.length})`,
          content: (
            <Card>
              <dl className="divide-y divide-line">
                {pack.faqs.map((faq) => (
                  <div key={faq.question} className="py-2.5">
                    <dt className="font-medium">{faq.question}</dt>
                    <dd>{faq.answer}</dd>
                  </div>
                ))}
              </dl>
            </Card>
          ),
        },
        {
          value: "agents",
          label: `Agents (${pack.agents.length})`,
          content: (
            <div className="flex flex-col gap-4">
              {pack.agents.map((agent) => (
                <Card key={agent.kind} title={agent.name}>
                  <p className="mb-3 text-faint">{KINDS[agent.kind].about}</p>
                  <SettingsView settings={agent.settings} />
                </Card>
              ))}
            </div>
          ),
        },
        {
          value: "menu",
          label: "Menu",
          content: (
            <Card title={pack.menu.name}>
              <p>{pack.menu.prompt}</p>
              <ul className="mt-3 flex flex-col gap-1">
                {pack.menu.options.map((option) => (
                  <li key={option.digit}>
                    <kbd className="mr-2 inline-grid size-6 place-items-center rounded border border-edge text-sm">
                      {option.digit}
                    </kbd>
                    {option.label || option.action.kind.replaceAll("_", " ")}
                  </li>
                ))}
              </ul>
            </Card>
          ),
        },
        {
          value: "texts",
          label: "Texts",
          content: (
            <Card>
              <dl className="grid gap-3">
                {[
                  { name: "After a booking", text: pack.texts.booked },
                  { name: "Before an appointment", text: pack.texts.reminder },
                  { name: "After a missed call", text: pack.texts.missed_call },
                ].map(({ name, text }) => (
                  <div key={name}>
                    <dt className="text-sm text-faint">{name}</dt>
                    <dd>{text}</dd>
                  </div>
                ))}
              </dl>
            </Card>
          ),
        },
        {
          value: "words",
          label: "Vocabulary",
          content: (
            <Card>
              <p>{pack.vocabulary.join(", ")}</p>
            </Card>
          ),
        },
      ]}
    />
  );
}
