import { useQuery } from "@tanstack/react-query";
import { PhoneOff } from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { TextField } from "@/components/ui/field/field";
import { Select } from "@/components/ui/select/select";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import type { FreeNumber } from "@/features/lines/queries";
import { phone } from "@/lib/phones/phones";

const COUNTRIES = [
  { value: "US", label: "United States" },
  { value: "CA", label: "Canada" },
  { value: "GB", label: "United Kingdom" },
  { value: "IE", label: "Ireland" },
  { value: "AU", label: "Australia" },
  { value: "ZA", label: "South Africa" },
  { value: "DE", label: "Germany" },
] as const;

interface Wish {
  country: string;
  area_code?: string;
  contains?: string;
}

/** Looks for numbers that can be bought; what is chosen goes on to how it is to answer. */
export function BuyNumber({ choose, close }: { choose: (number: string) => void; close: () => void }) {
  const [country, setCountry] = useState<(typeof COUNTRIES)[number]["value"]>("US");
  const [area, setArea] = useState("");
  const [contains, setContains] = useState("");
  const [wish, setWish] = useState<Wish | null>(null);
  const found = useQuery({
    queryKey: ["numbers", wish],
    queryFn: async () =>
      (await ask(api.GET("/phone-numbers/available", { params: { query: wish ?? { country: "US" } } }))).data,
    enabled: wish !== null,
    staleTime: 60_000,
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title="Buy a number"
      description="Choose a number first, then how it answers. Nothing is bought before the end."
      className="max-w-2xl"
    >
      <search>
        <form
          aria-label="Numbers"
          className="flex flex-wrap items-end gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            setWish({
              country,
              ...(area.trim() ? { area_code: area.trim() } : {}),
              ...(contains.trim() ? { contains: contains.trim() } : {}),
            });
          }}
        >
          <Select
            label="Country"
            className="basis-40 grow"
            options={COUNTRIES}
            value={country}
            onValueChange={setCountry}
          />
          <TextField
            label="Area code"
            placeholder="918"
            inputMode="numeric"
            className="basis-24 grow"
            value={area}
            onChange={(event) => setArea(event.target.value)}
          />
          <TextField
            label="Contains"
            placeholder="0142"
            className="basis-24 grow"
            value={contains}
            onChange={(event) => setContains(event.target.value)}
          />
          <Button type="submit" look="main" busy={found.isFetching}>
            Search
          </Button>
        </form>
      </search>
      <div aria-live="polite">
        {wish === null ? null : found.isPending ? (
          <Waiting what="Asking the carrier" />
        ) : found.isError ? (
          <Failure
            error={found.error}
            what="The carrier's numbers are not to be had"
            retry={() => void found.refetch()}
          />
        ) : found.data.length === 0 ? (
          <Empty icon={PhoneOff} title="No such number is free">
            Try another area code, or fewer digits.
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {found.data.map((one) => (
              <Offer key={one.phone_number} one={one} choose={() => choose(one.phone_number)} />
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}

function Offer({ one, choose }: { one: FreeNumber; choose: () => void }) {
  const place = [one.locality, one.region, one.country].filter(Boolean).join(", ");
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
      <span className="min-w-0 flex-1 basis-40">
        <span className="font-medium tabular-nums">{phone(one.phone_number)}</span>
        {place && <span className="block text-sm text-faint">{place}</span>}
      </span>
      {!one.voice && <Badge tone="bad">No calls</Badge>}
      {!one.sms && <Badge tone="warn">No texts</Badge>}
      <Button
        size="small"
        disabled={!one.voice}
        aria-label={`Choose ${phone(one.phone_number)}`}
        onClick={choose}
      >
        Choose
      </Button>
    </li>
  );
}
