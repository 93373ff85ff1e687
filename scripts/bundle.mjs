/**
 * Puts the modules of the cell process into one file beside its entry: loading fifty of them takes
 * as long as checking a cell. The library stays outside, because cells share it with the kernel, and
 * so does what is imported when it is needed. Run by the build, after the compiler.
 */
import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./tasks.mjs";
import { argumentsOf } from "./usage.mjs";

argumentsOf(
  "usage: node scripts/bundle.mjs\n\nPuts the modules of the cell process into one file, after the compiler.",
);

const entry = join(root, "dist/kernel/exec/host.js");
const bundle = await rolldown({
  input: entry,
  platform: "node",
  external: [/^node:/, /\/lib\//],
  plugins: [
    {
      name: "imported later",
      resolveDynamicImport: async function (specifier, importer) {
        const { id } = await this.resolve(specifier, importer);
        return { id, external: true };
      },
    },
  ],
});
await bundle.write({ file: entry.replace(/\.js$/, ".bundle.js"), format: "esm" });
await bundle.close();
