/**
 * Asks the service for a file, and lets it be saved: two presses, since the first is an access that enters the log, and the
 * second may be repeated without one.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { askForFile } from "./api.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { WORDS } from "./texts/words.ts";
import { useSending } from "./use-answer.ts";

interface DownloadButtonProps {
  readonly path: string;
  /** Name that it is saved under. */
  readonly file: string;
  readonly word: string;
}

export function DownloadButton({ path, file, word }: DownloadButtonProps) {
  const words = textsIn(WORDS);
  const sending = useSending<Blob>();
  const { isBusy, done, failure } = sending.state.value;
  return (
    <>
      <FailureNotice failure={failure} />
      {done ? (
        <Notice kind="info">
          <p>{words.downloaded}</p>
          <SaveLink blob={done} file={file} />
        </Notice>
      ) : (
        <Button isDisabled={isBusy} onPress={() => void sending.run(() => askForFile(path))}>
          {word}
        </Button>
      )}
    </>
  );
}

/** A link that saves bytes of this page as a file. */
export function SaveLink({ blob, file }: { readonly blob: Blob; readonly file: string }) {
  const address = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    address.value = made;
    return () => {
      URL.revokeObjectURL(made);
    };
  }, [blob]);
  if (address.value === undefined) return null;
  return (
    <p class="onward">
      <a class="button" href={address.value} download={file}>
        {textsIn(WORDS).save}
      </a>
    </p>
  );
}
