/** A picture that people may not be shown at present, for whoever decides: asked for with the session, and shown from memory. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { askForFile } from "./api.ts";

interface HeldPictureProps {
  readonly path: string;
  /** What it is called, for who does not see it. */
  readonly name: string;
}

/** Nothing until it is there. */
export function HeldPicture({ path, name }: HeldPictureProps) {
  const url = useSignal<string | undefined>(undefined);
  useEffect(() => {
    let made: string | undefined;
    let isGone = false;
    void askForFile(path).then((answer) => {
      if (isGone || !("value" in answer)) return;
      made = URL.createObjectURL(answer.value);
      url.value = made;
    });
    return () => {
      isGone = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [path]);
  return url.value === undefined ? null : <img class="held-picture" src={url.value} alt={name} decoding="async" />;
}
