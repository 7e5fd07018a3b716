/** Where somebody signs in. */
import { Layout } from "../components/layout.tsx";
import { textsIn } from "../texts/language.ts";
import { FRAME } from "./texts/frame.ts";

export function SignIn() {
  return (
    <Layout title={textsIn(FRAME).desk}>
      <></>
    </Layout>
  );
}
