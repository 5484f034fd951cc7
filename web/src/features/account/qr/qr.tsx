import { encode } from "uqr";

/** A text as a QR code, drawn here: what it says leaves the page for nobody but the camera. */
export function Qr({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "M", border: 4 });
  // One path: a square for each dark module.
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-52 max-w-full rounded-lg bg-white"
    >
      {/* Dark on white in both themes: not every camera reads it the other way round. */}
      <path d={dark.join("")} fill="#000" />
    </svg>
  );
}
