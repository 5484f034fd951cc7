/** Undo of a form that was saved. */
import { explain } from "@/api/problem/problem";
import { toast } from "@/components/ui/toast/toast";

/** Does it, and tells `done`, or why it stays as it was saved: somebody may have changed it since (412). */
export async function takeBack(done: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
    toast({ text: done });
  } catch (error) {
    toast({ text: `It was not taken back. ${explain(error)}`, tone: "bad" });
  }
}
