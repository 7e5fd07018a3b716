/** Addresses of pictures that are on this phone, for as long as a view shows them. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { keptPicture } from "../queue/kept.ts";
import { phone } from "../queue/phone.ts";

/** The address of a kept picture; nothing until it is read, or where it is not there any more. */
export function usePictureUrl(post: string, sha256: string, type: string): string | undefined {
  const url = useSignal<string | undefined>(undefined);
  // A picture is in its post before it is kept: until it is there, it is looked for again after each change.
  const change = url.value === undefined ? phone.value : undefined;
  useEffect(() => {
    if (url.peek() !== undefined || sha256 === "") return;
    let isGone = false;
    void keptPicture(post, sha256)
      .catch(() => undefined)
      .then((bytes) => {
        if (bytes && !isGone) url.value = URL.createObjectURL(new Blob([bytes], { type }));
      });
    return () => {
      isGone = true;
    };
  }, [post, sha256, change]);
  useEffect(
    () => () => {
      URL.revokeObjectURL(url.peek() ?? "");
      url.value = undefined;
    },
    [post, sha256],
  );
  return url.value;
}
