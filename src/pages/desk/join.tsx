/** Where somebody who was invited makes a passkey. */
import { Layout } from "../components/layout.tsx";
import { textsIn } from "../texts/language.ts";
import { FRAME } from "./texts/frame.ts";

export function Join() {
  return (
    <Layout title={textsIn(FRAME).desk}>
      <></>
    </Layout>
  );
}
