/** A hash, key or address: broken where the line ends, and copied with a press. */
import { useSignal } from "@preact/signals";
import { textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";

export function Code({ value, canCopy = false }: { readonly value: string; readonly canCopy?: boolean }) {
  const copiedValue = useSignal("");
  const { copy, copied } = textsIn(SHARED);
  const press = (): void => {
    void navigator.clipboard.writeText(value).then(() => {
      copiedValue.value = value;
    });
  };
  return (
    <span class="code-value">
      <code>{value}</code>{" "}
      {canCopy && (
        <button type="button" class="copy" onClick={press}>
          {copiedValue.value === value ? copied : copy}
        </button>
      )}
    </span>
  );
}
