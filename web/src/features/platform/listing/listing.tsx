import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button/button";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";

interface Props<T> {
  list: UseInfiniteQueryResult<InfiniteData<{ data: T[] }>>;
  /** What is listed: "tenants". */
  what: string;
  icon: LucideIcon;
  empty: string;
  /** What to do when there is nothing. */
  next?: ReactNode;
  children: (rows: T[]) => ReactNode;
}

/** A list that goes on: waiting, failed, with nothing in it, or its rows and the way to more. */
export function Listing<T>({ list, what, icon, empty, next, children }: Props<T>) {
  if (list.isPending) return <Waiting what={`Loading ${what}`} />;
  if (!list.data) return <Failure error={list.error} retry={() => void list.refetch()} />;
  const rows = list.data.pages.flatMap((page) => page.data);
  if (rows.length === 0) {
    return (
      <Empty icon={icon} title={empty}>
        {next}
      </Empty>
    );
  }
  return (
    <>
      {children(rows)}
      {list.isFetchNextPageError && (
        <div className="mt-4">
          <Failure error={list.error} what="The rest could not be loaded" />
        </div>
      )}
      {list.hasNextPage && (
        <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          More {what}
        </Button>
      )}
    </>
  );
}
