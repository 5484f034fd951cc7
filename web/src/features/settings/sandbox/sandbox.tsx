import { useState } from "react";
import { explain } from "@/api/problem/problem";
import { Badge } from "@/components/ui/badge/badge";
import { Card } from "@/components/ui/card/card";
import { Switch } from "@/components/ui/switch/switch";
import { toast } from "@/components/ui/toast/toast";
import type { SettingsEdit } from "@/features/settings/use-settings";

/** Counts at once; can be taken back. */
export function Sandbox({ edit }: { edit: SettingsEdit }) {
  const [turning, setTurning] = useState<boolean | null>(null);
  const on = turning ?? edit.seen.data.is_test_mode ?? false;
  const turn = async (to: boolean, back = true) => {
    setTurning(to);
    try {
      await edit.turn({ is_test_mode: to });
      toast({
        text: to ? "Sandbox mode is on" : "Sandbox mode is off",
        ...(back ? { undo: () => void turn(!to, false) } : {}),
      });
    } catch (error) {
      toast({ text: `Sandbox mode stays as it was. ${explain(error)}`, tone: "bad" });
    } finally {
      setTurning(null);
    }
  };
  return (
    <Card title="Sandbox">
      <Switch
        label="Sandbox mode"
        description="Test without affecting production data or billing"
        extra={on && <Badge tone="warn">Calls are tests</Badge>}
        checked={on}
        onCheckedChange={(to) => void turn(to)}
        disabled={!edit.allowed || turning !== null}
      />
    </Card>
  );
}
