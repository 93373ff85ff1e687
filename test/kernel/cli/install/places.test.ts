import { describe, expect, it } from "vitest";
import { kernelFolder, kernelFolders } from "../../../../kernel/cli/install/places.ts";

const linux = { platform: "linux" as const, home: "/home/a", env: {} };
const mac = { platform: "darwin" as const, home: "/Users/a", env: {} };
const windows = {
  platform: "win32" as const,
  home: "C:\\Users\\a",
  env: { APPDATA: "C:\\Users\\a\\AppData\\Roaming", PROGRAMDATA: "C:\\ProgramData" },
};
const user = { kind: "user" } as const;

describe("the folder of a kernel", () => {
  it.each([
    [linux, "/home/a/.local/share/jupyter/kernels/shootdown"],
    [{ ...linux, env: { XDG_DATA_HOME: "/data" } }, "/data/jupyter/kernels/shootdown"],
    [{ ...linux, env: { JUPYTER_DATA_DIR: "/j" } }, "/j/kernels/shootdown"],
    [mac, "/Users/a/Library/Jupyter/kernels/shootdown"],
    [windows, "C:\\Users\\a\\AppData\\Roaming\\jupyter\\kernels\\shootdown"],
  ])("is that of the user on %j", (around, folder) => {
    expect(kernelFolder(user, "shootdown", around)).toBe(folder);
    expect(kernelFolders("shootdown", around)).toContain(folder);
  });

  it("is that of a prefix, or of the active environment", () => {
    const prefix = { kind: "prefix", prefix: "/opt/lab" } as const;
    expect(kernelFolder(prefix, "s", linux)).toBe("/opt/lab/share/jupyter/kernels/s");
    const active = { ...linux, env: { VIRTUAL_ENV: "/venv" } };
    const environment = { kind: "environment" } as const;
    expect(kernelFolder(environment, "s", active)).toBe("/venv/share/jupyter/kernels/s");
    expect(() => kernelFolder(environment, "s", linux)).toThrow(
      "SD003: missing Python environment",
    );
  });

  it("has a name that Jupyter takes", () => {
    expect(kernelFolder(user, "Shootdown-2", linux)).toMatch(/\/shootdown-2$/);
    for (const name of ["", "..", "a/b", "a b", "a\\b"]) {
      expect(() => kernelFolder(user, name, linux)).toThrow("SD001: invalid --name");
    }
  });
});

it("Jupyter looks at its path first, then at the user, then at the system", () => {
  expect(
    kernelFolders("s", { ...linux, env: { JUPYTER_PATH: "/x:/y", CONDA_PREFIX: "/c" } }),
  ).toEqual(
    [
      ...["/x", "/y", "/home/a/.local/share/jupyter", "/c/share/jupyter"],
      ...["/usr/local/share/jupyter", "/usr/share/jupyter"],
    ].map((folder) => `${folder}/kernels/s`),
  );
  expect(kernelFolders("s", windows)[1]).toBe("C:\\ProgramData\\jupyter\\kernels\\s");
});
