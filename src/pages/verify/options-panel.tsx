/** Other ways to know the blockchain: hashes of blocks and, in the file that may connect to one, the reader's own node. */
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { textsIn } from "../texts/language.ts";
import { areHashesWrong, blockHashes, isNodeWrong, judgeAgain, mayAskNodes, nodeAddress } from "./state.ts";
import { VERIFY } from "./texts/catalogue.ts";

export function OptionsPanel() {
  const { options: texts } = textsIn(VERIFY);
  return (
    <section class="no-print">
      <details>
        <summary>
          <h2>{texts.title}</h2>
        </summary>
        <TextField
          label={texts.blockHash}
          hint={texts.blockHashHint}
          isCode
          value={blockHashes.value}
          error={areHashesWrong.value ? texts.wrongHash : undefined}
          onInput={(text) => {
            blockHashes.value = text;
          }}
        />
        {mayAskNodes() ? (
          <TextField
            label={texts.node}
            hint={texts.nodeHint}
            type="url"
            isCode
            value={nodeAddress.value}
            error={isNodeWrong.value ? texts.wrongNode : undefined}
            onInput={(text) => {
              nodeAddress.value = text;
            }}
          />
        ) : (
          <p class="quiet">{texts.noNode}</p>
        )}
        <Button onPress={() => void judgeAgain()}>{texts.apply}</Button>
      </details>
    </section>
  );
}
