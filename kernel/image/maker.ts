/** The process that makes an image: `node maker.js PROJECT_ROOT`. It lets others go first. */
import fs from "node:fs";
import os from "node:os";
import { createCellCompiler } from "../lang/converter.ts";
import { makeImage } from "./make.ts";
import { imageFile } from "./place.ts";

const [projectRoot = process.cwd()] = process.argv.slice(2);
os.setPriority(os.constants.priority.PRIORITY_LOW);
const file = imageFile(projectRoot);
if (file !== undefined && !fs.existsSync(file)) {
  const compiler = createCellCompiler({ projectRoot, notebookDir: projectRoot });
  makeImage(file, compiler.imageRequest());
  compiler.close();
}
