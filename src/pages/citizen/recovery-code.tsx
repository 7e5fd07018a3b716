/** A recovery code, which is shown once, and the receipts of what was agreed to with it. */
import { Button } from "../components/button.tsx";
import { Code } from "../components/code.tsx";
import { textsIn } from "../texts/language.ts";
import type { ConsentReceipt } from "./answers.ts";
import { saveFile } from "./save-file.ts";
import { ABOUT } from "./texts/about.ts";

interface RecoveryCodeProps {
  readonly code: string;
  readonly receipts: readonly ConsentReceipt[];
}

export function RecoveryCode({ code, receipts }: RecoveryCodeProps) {
  const texts = textsIn(ABOUT);
  return (
    <>
      <p>{texts.codeText}</p>
      <p class="token">
        <Code value={code} canCopy />
      </p>
      <p class="buttons">
        <Button
          onPress={() => {
            saveFile(new Blob([`${texts.code}\n${location.origin}/app\n${code}\n`]), "warifu-recovery.txt");
          }}
        >
          {texts.saveCode}
        </Button>
        {receipts.length > 0 && (
          <Button
            onPress={() => {
              saveJson(
                receipts.map(({ receipt }) => receipt),
                "warifu-consents.json",
              );
            }}
          >
            {texts.saveReceipts}
          </Button>
        )}
      </p>
    </>
  );
}

/** Hands something out as JSON. */
export function saveJson(value: unknown, name: string): void {
  saveFile(new Blob([JSON.stringify(value, undefined, 2)], { type: "application/json" }), name);
}
