/** Packages that only some users need. */
import { missing } from "../base/messages.ts";

/** Loads an optional package. Throws SD003, with how to install it, where it is missing. */
export async function optionalPackage<Module>(
  name: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw error;
    throw missing(`package ${name}`, `npm install ${name}`);
  }
}
