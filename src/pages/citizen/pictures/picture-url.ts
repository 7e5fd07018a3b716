/** Addresses of pictures that are on this phone, for as long as a view shows them. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { keptPicture } from "../queue/kept.ts";

/** The address of a kept picture; nothing until it is read, or where it is not there any more. */
export function usePictureUrl(post: string, sha256: string, type: string): string | undefined {
  const url = useSignal<string | undefined>(undefined);
  useEffect(() => {
    let made: string | undefined;
    let isGone = false;
    void keptPicture(post, sha256)
      .catch(() => undefined)
      .then((bytes) => {
        if (!bytes || isGone) return;
        made = URL.createObjectURL(new Blob([bytes], { type }));
        url.value = made;
      });
    return () => {
      isGone = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [post, sha256]);
  return url.value;
}
