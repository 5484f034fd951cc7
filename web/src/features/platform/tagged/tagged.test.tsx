import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ProblemError } from "@/api/problem/problem";
import { TextField } from "@/components/ui/field/field";
import { type Tagged, TaggedNews, useTaggedForm } from "./tagged";

type Thing = { name: string; city: string };
type Save = (changed: Partial<Thing>, etag: string | undefined) => Promise<Tagged<Thing>>;
const refused = new ProblemError({}, new Response(null, { status: 412 }));

function Edit({ save }: { save: Save }) {
  const edit = useTaggedForm({
    seen: { data: { name: "Ann", city: "Tulsa" }, etag: '"1"' },
    values: (thing: Thing) => thing,
    labels: { name: "Name", city: "City" },
    read: () => Promise.resolve({ data: { name: "Anna", city: "Boston" }, etag: '"2"' }),
    save,
  });
  return (
    <form onSubmit={edit.submit}>
      <TaggedNews of={edit} />
      <TextField label="Name" {...edit.form.register("name")} />
      <TextField label="City" {...edit.form.register("city")} />
      <button type="submit">Save</button>
    </form>
  );
}

async function typeAndSave(save: Save) {
  render(<Edit save={save} />);
  await userEvent.type(screen.getByLabelText("Name"), "-Marie");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
}

it("sends what was changed and no more, with the tag of what was seen", async () => {
  const save = vi.fn<Save>().mockResolvedValue({ data: { name: "Ann-Marie", city: "Tulsa" }, etag: '"2"' });
  await typeAndSave(save);
  expect(save).toHaveBeenCalledExactlyOnceWith({ name: "Ann-Marie" }, '"1"', {
    name: "Ann-Marie",
    city: "Tulsa",
  });
});

it("shows what somebody else saved, keeps what was typed, and saves it over theirs if told to", async () => {
  const save = vi.fn<Save>().mockRejectedValueOnce(refused);
  save.mockResolvedValue({ data: { name: "Ann-Marie", city: "Boston" }, etag: '"3"' });
  await typeAndSave(save);
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("Saved: AnnaYours: Ann-Marie");
  expect(alert).toHaveTextContent("Saved: BostonYours: Tulsa");
  expect(screen.getByLabelText("Name")).toHaveValue("Ann-Marie");
  await userEvent.click(screen.getByRole("button", { name: "Save mine over it" }));
  expect(save).toHaveBeenLastCalledWith({ name: "Ann-Marie" }, '"2"', { name: "Ann-Marie", city: "Tulsa" });
  expect(screen.getByLabelText("City")).toHaveValue("Boston");
});

it("takes what is saved if told to", async () => {
  await typeAndSave(vi.fn<Save>().mockRejectedValue(refused));
  await userEvent.click(await screen.findByRole("button", { name: "Take what is saved" }));
  expect(screen.getByLabelText("Name")).toHaveValue("Anna");
  expect(screen.queryByRole("alert")).toBeNull();
});
