import { onTestFinished, vi } from "vitest";

/** What the page gives to be saved, from here to the end of the test. */
export function saved(): { file: Blob; name: string }[] {
  const all: { file: Blob; name: string }[] = [];
  let last = new Blob();
  const made = URL.createObjectURL;
  const gone = URL.revokeObjectURL;
  URL.createObjectURL = (file: Blob) => {
    last = file;
    return "blob:saved";
  };
  URL.revokeObjectURL = () => undefined;
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    if (this.getAttribute("href") === "blob:saved") all.push({ file: last, name: this.download });
  });
  onTestFinished(() => {
    clicked.mockRestore();
    URL.createObjectURL = made;
    URL.revokeObjectURL = gone;
  });
  return all;
}
