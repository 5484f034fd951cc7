import { Check, Copy as Icon } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button/button";

/** Puts a text where it can be pasted from, and says so. Where the browser does not let it, that is said too. */
export function Copy({ text, label = "Copy" }: { text: string; label?: string }) {
  const [did, setDid] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (!did) return;
    const over = setTimeout(() => setDid(null), 3_000);
    return () => clearTimeout(over);
  }, [did]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDid("copied");
    } catch {
      setDid("refused");
    }
  };
  return (
    <Button onClick={() => void copy()}>
      {did === "copied" ? <Check aria-hidden /> : <Icon aria-hidden />}
      <span aria-live="polite">
        {did === "copied" ? "Copied" : did === "refused" ? "Select it and copy by hand" : label}
      </span>
    </Button>
  );
}
