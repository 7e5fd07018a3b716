/** What each error is and what to do about it, in Japanese. Its own message stands beside it, in English. */
import { ERRORS_JA } from "../../../texts/errors/ja.ts";
import type { ErrorTexts } from "./en.ts";

const ASK_NODE = "チェーンのノードは動いていますか。--rpc または WARIFU_RPC_URL を確認してください";

export const JA: ErrorTexts = {
  meaning: ERRORS_JA,
  advice: {
    SERVICE_UNREACHABLE:
      "サービスは動いていますか。`npx warifu start` で起動します。別のサービスは --url か WARIFU_URL で指定します",
    UNAUTHENTICATED:
      "--key-file、--key、WARIFU_API_KEY のいずれかでキーを指定してください。最初のキーはデータフォルダーの api-keys.json にあります",
    NOT_ANCHORED_YET: "しばらくして再実行するか、`npx warifu prove --wait 60` で待ってください",
    NODE_REFUSED: ASK_NODE,
    CHAIN_UNREACHABLE: ASK_NODE,
    STORE_BEHIND: "データフォルダーを最新の写しに戻してください。書き込みは行っていません",
    STORE_FAILED: "ディスクを確認し、サービスを再起動してください",
  },
};
