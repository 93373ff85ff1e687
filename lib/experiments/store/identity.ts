/** A name for the folder of a sweep that brokers can use. */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { refused } from "../../base/messages.ts";

/** The 16 digits in the file `id` of a folder, made by whoever comes first. Throws SD011. */
export function identityOf(folder: string): string {
  const file = path.join(folder, "id");
  try {
    fs.writeFileSync(file, `${randomBytes(8).toString("hex")}\n`, { flag: "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") throw refused("result store", folder, message);
  }
  const id = fs.readFileSync(file, "utf8").trim();
  if (/^[0-9a-f]{16}$/.test(id)) return id;
  throw refused("result store", folder, `${file} is damaged: remove it and restart the workers`);
}
