import { Printer } from "lucide-react";
import { createPortal } from "react-dom";
import { Button } from "@/components/ui/button/button";
import { Copy } from "@/components/ui/copy/copy";

/** Codes that are told this once: to copy or to print. Printed, they stand alone on the paper. */
export function RecoveryCodes({
  codes,
  email,
  close,
}: {
  codes: string[];
  email: string;
  close: () => void;
}) {
  return (
    <div className="flex flex-col gap-4">
      <p>
        Each of them lets you in once when the app is lost. <strong>They are not shown again.</strong> Keep
        them where your phone is not.
      </p>
      <Codes codes={codes} />
      <div className="flex flex-wrap justify-end gap-2">
        <Copy text={codes.join("\n")} label="Copy the codes" />
        <Button onClick={() => window.print()}>
          <Printer aria-hidden /> Print
        </Button>
        <Button look="main" onClick={close}>
          I have kept them
        </Button>
      </div>
      {createPortal(
        <div data-print-alone className="hidden print:block" aria-hidden>
          <p className="mb-4 text-lg font-semibold">Trunkline recovery codes of {email}</p>
          <Codes codes={codes} />
          <p className="mt-4">Each lets you in once, in place of a code of the app.</p>
        </div>,
        document.body,
      )}
    </div>
  );
}

function Codes({ codes }: { codes: string[] }) {
  return (
    <ol className="grid gap-x-6 gap-y-1 rounded-lg border border-line p-3 sm:grid-cols-2">
      {codes.map((code) => (
        <li key={code}>
          <code className="select-all">{code}</code>
        </li>
      ))}
    </ol>
  );
}
