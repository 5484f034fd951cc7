import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { someSettings } from "../fixture";
import { SettingsView } from "./settings-view";

it("says every setting in words, also one that it has no words for", () => {
  render(
    <SettingsView settings={{ ...someSettings, prompt: "Be <i>kind</i>.", tempo_wish: "slow" } as never} />,
  );
  const of = (name: string) => screen.getByText(name).nextElementSibling;
  expect(of("Instructions")).toHaveTextContent("Be <i>kind</i>.");
  expect(of("Pause after a whole sentence")).toHaveTextContent("350 ms");
  expect(of("Silence before it asks")).toHaveTextContent("8 s");
  expect(of("Longest conversation")).toHaveTextContent("30 min");
  expect(of("Vocabulary")).toHaveTextContent("crown, veneer");
  expect(of("Tempo wish")).toHaveTextContent("slow");
});
