import { act, renderHook } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { ProblemError } from "@/api/problem/problem";
import { differences, useEdit } from "./use-edit";

const fault = (status: number) => new ProblemError({}, new Response(null, { status }));

it("brings what is saved when somebody was faster, and writes over it when told to", async () => {
  const write = vi.fn().mockRejectedValueOnce(fault(412)).mockResolvedValueOnce({ data: "mine", etag: "3" });
  const read = vi.fn().mockResolvedValue({ data: "theirs", etag: "2" });
  const { result } = renderHook(() => useEdit<string, string>({ read, write }));
  await act(async () => expect(await result.current.save("mine", "1")).toBeNull());
  expect(result.current.clash?.saved.data).toBe("theirs");
  await act(async () => expect(await result.current.overwrite()).toEqual({ data: "mine", etag: "3" }));
  expect(write.mock.calls).toEqual([
    ["mine", "1"],
    ["mine", "2"],
  ]);
  expect(result.current.clash).toBeNull();
});

it("throws every other fault", async () => {
  const write = vi.fn().mockRejectedValue(fault(500));
  const { result } = renderHook(() => useEdit({ read: vi.fn(), write }));
  await expect(result.current.save("x", undefined)).rejects.toThrow();
  expect(result.current.clash).toBeNull();
});

it("names what differs and nothing else", () => {
  const words = [
    { label: "City", of: (v: { city: string; name: string }) => v.city },
    { label: "Name", of: (v: { city: string; name: string }) => v.name },
  ];
  expect(differences({ city: "Tulsa", name: "A" }, { city: "", name: "A" }, words)).toEqual([
    { label: "City", theirs: "Tulsa", yours: "" },
  ]);
});
