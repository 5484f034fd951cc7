import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useRef } from "react";
import { expect, it } from "vitest";
import { Find, places } from "./find";

function Page() {
  const box = useRef<HTMLDivElement>(null);
  return (
    <div ref={box}>
      <Find within={box} of={1} />
      <p data-said>
        <span>Teeth</span> <span>cleaning</span> costs. Teeth matter.
      </p>
      <p>teeth cleaning</p>
    </div>
  );
}

it("counts matches across elements and goes round", async () => {
  render(<Page />);
  const field = screen.getByRole("searchbox", { name: "Find in the transcript" });
  await userEvent.type(field, "TEETH");
  expect(screen.getByRole("status")).toHaveTextContent("1 of 2");
  await userEvent.keyboard("{Enter}");
  expect(screen.getByRole("status")).toHaveTextContent("2 of 2");
  await userEvent.click(screen.getByRole("button", { name: "Next match" }));
  expect(screen.getByRole("status")).toHaveTextContent("1 of 2");
  await userEvent.clear(field);
  await userEvent.type(field, "nobody");
  expect(screen.getByRole("status")).toHaveTextContent("Not found");
});

it("finds what stands in two elements", () => {
  const { container } = render(<Page />);
  expect(places(container, "teeth cleaning").map(String)).toEqual(["Teeth cleaning"]);
  expect(places(container, " ")).toEqual([]);
});
