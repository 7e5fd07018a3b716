/** Several lines of code, to be read and copied. Lines that are too long go on below. */
import { useSignal } from "@preact/signals";
import { textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";

interface CodeBlockProps {
  /** What it is; shown above it. */
  readonly title: string;
  readonly text: string;
}

export function CodeBlock({ title, text }: CodeBlockProps) {
  const { copy, copied } = textsIn(SHARED);
  const copiedText = useSignal("");
  const press = (): void => {
    void navigator.clipboard.writeText(text).then(() => {
      copiedText.value = text;
    });
  };
  return (
    <figure class="code-block">
      <figcaption>
        {title}
        <button type="button" class="copy" onClick={press}>
          {copiedText.value === text ? copied : copy}
        </button>
      </figcaption>
      <pre>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
