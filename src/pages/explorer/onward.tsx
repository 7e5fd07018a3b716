/** The button under a list that goes on; nothing where nothing is left. */
import { Button } from "../components/button.tsx";
import type { Pages } from "./use-pages.ts";

interface OnwardProps {
  readonly pages: Pick<Pages<unknown>, "items" | "next" | "isBusy" | "more">;
  readonly label: string;
}

export function Onward({ pages: { items, next, isBusy, more }, label }: OnwardProps) {
  if (next === null || items.length === 0) return null;
  return (
    <p class="onward">
      <Button isDisabled={isBusy} onPress={more}>
        {label}
      </Button>
    </p>
  );
}
