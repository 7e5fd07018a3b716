/** What `warifu verify` says, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { VerifyTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: VerifyTexts = {
  verify: {
    summary: "証明バンドルをサービスに尋ねずに検証する",
    description: "証明バンドルを、検証者自身のポリシーに照らして検証します。",
    bundles: "証明バンドルのファイル、そのフォルダー、一行に一件の .ndjson ファイル、または標準入力を表す -",
    dataDir: "このデータフォルダーのサービスのポリシーを使う(または WARIFU_DATA_DIR)",
    rpc: "尋ねるチェーンのノード。複数なら、すべて一致する必要がある",
    blockHash: "あなたが信頼するブロック。複数回指定できる",
    bitcoinHeader: "あなたが信頼するビットコインのブロック。OpenTimestamps の証明の検証に使う。複数回指定できる",
    original: "記録の元になったとされるデータ。記録がそれに対応するかを確かめる",
    json: "JSON 文書を一つだけ出力する(判定、複数なら判定の一覧)",
    after: `
終了コード 0:成立、1:不成立(手順と記録を示します)、2:使い方の誤り、3:まだ判定できません。

ログが二つの履歴を示したときに \`warifu audit\` とサービスが書き出す証拠ファイルも、バンドルと同じように検証します。
ログの鍵が両方に署名したことを証明していれば、成立です。

フォルダーや .ndjson ファイルでは、成立したバンドルは件数だけを示し、それ以外は名前も示します。

--rpc も --block-hash もなければ、チェーンをどう信頼するかはポリシーが決めます。ポリシーは検証者自身のものです。
信頼できる方法で運営者から一度だけ受け取り、バンドルと一緒には受け取らないでください。

例:
  warifu verify bundle.json --policy policy.json
  warifu verify bundle.json --policy policy.json --rpc https://rpc.example.org
  warifu verify bundle.json --policy policy.json --block-hash 0x5c1f…
  warifu verify fork-300-600.json --policy policy.json
  warifu verify proofs --policy policy.json
  warifu verify november.ndjson --policy policy.json --json
  warifu verify bundle.json --policy policy.json --original notification.json`,
  },
  reportOptions: {
    report: "報告書を書き出すファイル。名前の末尾(.json、.html、.pdf)で形式が決まる",
    question: "報告書が答える問い(自由記述)",
    sign: "この秘密鍵(自分の JWK、`warifu source keygen`)で報告書に署名する",
  },
  sum: ({ all, holds, refuted, undecided, wrong }) =>
    `バンドル${number(all)}件:成立 ${number(holds)}、不成立 ${number(refuted)}、判定できないもの ${number(undecided)}` +
    (wrong === 0 ? "" : `、バンドルでないもの ${number(wrong)}`),
  firstRefuted: (name) => `最初の不成立:${name}`,
  underPolicy: (path, sha256, fingerprint) => `ポリシー ${path}、SHA-256 ${sha256}、フィンガープリント ${fingerprint}`,
  reportWritten: (path) => `報告書を ${path} に書き出しました`,
  signedIn: (path, thumbprint) => `鍵 ${thumbprint} による署名を ${path} に書き出しました`,
};
