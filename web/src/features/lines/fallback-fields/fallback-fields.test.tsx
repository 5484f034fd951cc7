import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useForm } from "react-hook-form";
import { expect, it } from "vitest";
import { type LineWords, wordsOf } from "@/features/lines/words";
import { FallbackFields } from "./fallback-fields";

function Page() {
  const form = useForm<LineWords>({ defaultValues: wordsOf({}) });
  return <FallbackFields form={form} name="overflow" label="When busy" hint="…" none="Hears so" />;
}

it("asks for what the choice needs", async () => {
  render(<Page />);
  const choice = screen.getByLabelText("When busy");
  expect(choice).toHaveDisplayValue("Hears so");
  await userEvent.selectOptions(choice, "forward");
  expect(screen.getByLabelText("Forwarded to")).toBeVisible();
  await userEvent.selectOptions(choice, "message");
  expect(screen.getByLabelText("Announcement")).toBeVisible();
  expect(screen.queryByLabelText("Forwarded to")).toBeNull();
});
