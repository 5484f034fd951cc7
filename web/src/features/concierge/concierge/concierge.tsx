import { useState } from "react";
import { PageHead } from "@/components/ui/card/card";
import { Done } from "@/features/concierge/done/done";
import { Wizard } from "@/features/concierge/wizard/wizard";

interface Props {
  /** The tenant that was set up last, so that a reload comes back to it. */
  made: string | undefined;
  go: (made: string | undefined) => void;
}

export function Concierge({ made, go }: Props) {
  const [unbranded, setUnbranded] = useState<unknown>(null);
  return (
    <>
      <PageHead
        title="Concierge setup"
        about={
          made ? undefined : "A tenant with its pack, hours, line and invitation: all of it, or nothing."
        }
      />
      {made ? (
        <Done id={made} unbranded={unbranded} another={() => go(undefined)} />
      ) : (
        <Wizard
          made={(id, why) => {
            setUnbranded(why);
            go(id);
          }}
        />
      )}
    </>
  );
}
