/** What tests of this folder share. */
import type { Question, Service } from "@/features/knowledge/queries";

export const aService: Service = {
  id: "s",
  name: "Crown",
  aliases: ["cap"],
  description: "Made and fitted.",
  duration_min: 90,
  price_minor: 110_000,
  upsells: ["Whitening"],
  active: true,
  position: 0,
};

export const aQuestion: Question = {
  id: "q",
  question: "Where can I park?",
  answer: "Behind the house.",
  keywords: ["car"],
  position: 0,
};
