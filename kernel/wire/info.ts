/** What the kernel says about itself. */
import { createRequire } from "node:module";
import { packageVersion } from "../cli/packageVersion.ts";
import { type Content, protocolVersion } from "./message.ts";

/** The content of `kernel_info_reply`. */
export function kernelInfo(): Content {
  const version = packageVersion();
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "shootdown",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: typescriptVersion(),
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    banner: `Shootdown ${version}: TypeScript ${typescriptVersion()} on Node ${process.version}`,
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: "https://nodejs.org/docs/latest-v20.x/api/" },
      { text: "Arquero", url: "https://idl.uw.edu/arquero/api/" },
      { text: "Vega-Lite", url: "https://vega.github.io/vega-lite/docs/" },
    ],
    debugger: false,
    supported_features: [],
  };
}

/** Read from its package: the compiler itself is large, and lives in the cell process. */
function typescriptVersion(): string {
  const require = createRequire(import.meta.url);
  return (require("typescript/package.json") as { version: string }).version;
}
