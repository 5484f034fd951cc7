import { queryOptions } from "@tanstack/react-query";
import { api, ask, askWithTag } from "@/api/client/client";
import type { components } from "@/api/schema";

export type Service = Required<components["schemas"]["ServiceView"]>;
export type Question = Required<components["schemas"]["FaqView"]>;

export const servicesQuery = queryOptions({
  queryKey: ["knowledge", "services"],
  queryFn: async () => (await ask(api.GET("/knowledge/services"))).data as Service[],
});

export const questionsQuery = queryOptions({
  queryKey: ["knowledge", "faqs"],
  queryFn: async () => (await ask(api.GET("/knowledge/faqs"))).data as Question[],
});

const path = (id: string) => ({ params: { path: { id } } });
// What is being edited is not taken away by a newer reading.
const toEdit = { staleTime: Number.POSITIVE_INFINITY, gcTime: 0 };

export const readService = async (id: string) => {
  const { data, etag } = await askWithTag(api.GET("/knowledge/services/{id}", path(id)));
  return { data: data as Service, etag };
};

export const readQuestion = async (id: string) => {
  const { data, etag } = await askWithTag(api.GET("/knowledge/faqs/{id}", path(id)));
  return { data: data as Question, etag };
};

export const serviceQuery = (id: string) =>
  queryOptions({ queryKey: ["knowledge", "service", id], queryFn: () => readService(id), ...toEdit });

export const questionQuery = (id: string) =>
  queryOptions({ queryKey: ["knowledge", "faq", id], queryFn: () => readQuestion(id), ...toEdit });
