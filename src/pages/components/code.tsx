/** A hash, key or address: broken where the line ends, and copied with a press. */
import { useSignal } from "@preact/signals";
import { textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";

export function Code({ value, canCopy = false }: { readonly value: string; readonly canCopy?: boolean }) {
  const isCopied = useSignal(false);
  const { copy, copied } = textsIn(SHARED);
  const press = (): void => {
    void navigator.clipboard.writeText(value).then(() => {
      isCopied.value = true;
    });
  };
  return (
    <span class="code-value">
      <code>{value}</code>{" "}
      {canCopy && (
        <button type="button" class="copy" onClick={press}>
          {isCopied.value ? copied : copy}
        </button>
      )}
    </span>
  );
}
