import { useQuery } from "@tanstack/react-query";
import { type ChangeEvent, useState } from "react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { FileField, TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { featuresQuery, type SettingsPatch } from "@/features/settings/queries";
import type { SettingsEdit } from "@/features/settings/use-settings";
import { accentOf, carrying, logoOf, tooLarge, uploaded } from "@/lib/branding/branding";

const PLATFORMS = "#0f766e";
/** The document says nothing of what is in a branding. */
const branding = (fields: Record<string, string | null>) =>
  ({ branding: fields }) as unknown as SettingsPatch;

const upload = async (picture: Blob) => ask(api.PUT("/settings/logo", await carrying(picture)));

const pictureAt = (url: string): Promise<Blob | null> =>
  fetch(url).then(
    (answer) => (answer.ok ? answer.blob() : null),
    () => null,
  );

/** Logo and colour. Both count at once, and can be taken back. */
export function BrandingCard({ edit }: { edit: SettingsEdit }) {
  const [busy, setBusy] = useState<"logo" | "colour" | null>(null);
  const [problem, setProblem] = useState<{ logo?: string; colour?: string }>({});
  const white = useQuery(featuresQuery).data?.find((feature) => feature.key === "white_label");
  const own = edit.seen.data.branding as Record<string, unknown>;
  const logo = logoOf(own);
  const accent = accentOf(own);
  const [typed, setTyped] = useState(accent ?? PLATFORMS);

  const attempt = async (
    what: "logo" | "colour",
    work: () => Promise<unknown>,
    said: string,
    undo?: () => void,
  ) => {
    setBusy(what);
    setProblem({});
    try {
      await work();
      await edit.again();
      toast({ text: said, ...(undo ? { undo } : {}) });
    } catch (error) {
      setProblem({ [what]: explain(error) });
    } finally {
      setBusy(null);
    }
  };
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    const input = event.target;
    if (!file) return;
    const large = tooLarge(file);
    if (large) return setProblem({ logo: large });
    void attempt("logo", () => upload(file), "The logo is saved").finally(() => {
      // The same file can be chosen again after it was mended.
      input.value = "";
    });
  };
  const takeAway = async (url: string) => {
    // For the way back: an uploaded one is gone from the server with this.
    const picture = uploaded(url) ? await pictureAt(url) : null;
    const again = () => (picture ? upload(picture) : edit.turn(branding({ logo_url: url })));
    const back = () => void attempt("logo", again, "The logo is back");
    const remove = () => ask(api.DELETE("/settings/logo"));
    await attempt("logo", remove, "The logo is taken away", picture || !uploaded(url) ? back : undefined);
  };
  const paint = (to: string | null, said: string, back = true) => {
    const undo = () => paint(accent, "The colour is as it was", false);
    setTyped(to ?? PLATFORMS);
    void attempt("colour", () => edit.turn(branding({ accent_color: to })), said, back ? undo : undefined);
  };

  return (
    <Card title="Branding">
      {white?.enabled === false && (
        <p className="mb-3 text-sm text-faint">
          {white.reason === "plan"
            ? "Your plan does not include your own branding: these are kept, and shown once it does."
            : "Own branding is switched off: these are kept, and shown once it is on."}
        </p>
      )}
      <div className="grid gap-5 sm:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          {logo && (
            <img
              src={logo}
              alt="Your logo"
              className="h-16 max-w-full self-start rounded-lg border border-line bg-page object-contain p-2"
            />
          )}
          <FileField
            label={logo ? "Another logo" : "Logo"}
            hint="PNG, JPEG or WebP, up to 512 KiB."
            accept="image/png,image/jpeg,image/webp"
            disabled={!edit.allowed || busy !== null}
            error={problem.logo}
            onChange={choose}
          />
          {logo && edit.allowed && (
            <Button className="self-start" busy={busy === "logo"} onClick={() => void takeAway(logo)}>
              Take the logo away
            </Button>
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <TextField
            label="Accent colour"
            hint="Made darker or lighter where it could not be read."
            type="color"
            value={typed}
            disabled={!edit.allowed || busy !== null}
            onChange={(event) => setTyped(event.target.value)}
          />
          <FormProblem>{problem.colour ?? null}</FormProblem>
          {edit.allowed && (
            <div className="flex flex-wrap gap-2">
              <Button
                busy={busy === "colour"}
                disabled={typed === (accent ?? PLATFORMS)}
                onClick={() => paint(typed, "The colour is saved")}
              >
                Save the colour
              </Button>
              {accent && (
                <Button look="quiet" onClick={() => paint(null, "The platform’s colour is back")}>
                  Use the platform’s
                </Button>
              )}
            </div>
          )}
        </div>
      </div>
    </Card>
  );
}
