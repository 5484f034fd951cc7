/**
 * Which of the page's rows shows which call. Where most calls stay in sight, each stays in its row. Where they
 * fly past, rows take the calls that come: to write other words into them costs a fraction of making them anew.
 */
export class Slots {
  private last = new Map<string, number>();
  private next = 0;

  /** A slot for each, in their order; `held` keeps the one that it has. Asked twice, it says the same. */
  seat(ids: readonly string[], held: string | null): number[] {
    const { last } = this;
    const kept = held === null ? undefined : last.get(held);
    const staying = ids.filter((id) => last.has(id)).length;
    const free = [...last.values()].filter((slot) => slot !== kept).reverse();
    const seats =
      staying * 2 >= ids.length
        ? ids.map((id) => last.get(id) ?? this.next++)
        : ids.map((id) => (id === held ? kept : undefined) ?? free.pop() ?? this.next++);
    this.last = new Map(ids.map((id, i) => [id, seats[i] as number]));
    return seats;
  }
}
