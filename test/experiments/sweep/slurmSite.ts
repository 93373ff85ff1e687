/** A site of one node that runs Slurm: its own keys, ports and folders, ended by its own handles. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { killed, type Started, started, until } from "./processes.ts";
import { freePort } from "./servers.ts";

/** Programs that a site needs. */
export const SLURM_PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue"] as const;

/** The daemons of a site. */
export class SlurmSite {
  private readonly daemons: Started[] = [];
  private controller: Started | undefined;
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Starts munged, slurmctld and slurmd; commands find the site by `SLURM_CONF`. */
  static async start(folder: string): Promise<SlurmSite> {
    const site = new SlurmSite(folder);
    fs.chmodSync(folder, 0o755);
    await site.configure();
    process.env.SLURM_CONF = site.file("slurm.conf");
    site.startMunge();
    await until(() => fs.existsSync(site.file("munge.socket")));
    site.control("-c");
    site.daemon("slurmd", "-D", "-c", "-f", site.file("slurm.conf"));
    await site.untilReady();
    return site;
  }

  /** Kills the controller; it starts again with what it has written about its jobs. */
  async killController(): Promise<void> {
    await killed(this.controller!);
    this.control();
    await this.untilReady();
  }

  /**
   * What an administrator does then: a controller that starts a job which it has forgotten to have
   * started takes the node out of service.
   */
  returnNode(): void {
    spawnSync("scontrol", ["update", `nodename=${os.hostname()}`, "state=resume"]);
  }

  async stop(): Promise<void> {
    delete process.env.SLURM_CONF;
    await Promise.all(this.daemons.map(killed));
  }

  private control(...args: readonly string[]): void {
    this.controller = this.daemon("slurmctld", "-D", ...args, "-f", this.file("slurm.conf"));
  }

  private async untilReady(): Promise<void> {
    await until(() => {
      const { stdout } = spawnSync("sinfo", ["-h", "-o", "%t"], { encoding: "utf8" });
      return /^(idle|mix|alloc)/.test(stdout);
    });
  }

  private file(name: string): string {
    return path.join(this.folder, name);
  }

  private daemon(program: string, ...args: readonly string[]): Started {
    const one = started(program, args);
    this.daemons.push(one);
    return one;
  }

  private startMunge(): void {
    fs.writeFileSync(this.file("munge.key"), randomBytes(128), { mode: 0o400 });
    const files = ["socket", "pid", "log", "seed"].map((name) => {
      const option = { socket: "socket", pid: "pid-file", log: "log-file", seed: "seed-file" };
      return `--${option[name as keyof typeof option]}=${this.file(`munge.${name}`)}`;
    });
    const key = `--key-file=${this.file("munge.key")}`;
    this.daemon("munged", "--foreground", "--force", key, ...files);
  }

  private async configure(): Promise<void> {
    const [control, node] = [await freePort(), await freePort()];
    for (const name of ["state", "spool"]) fs.mkdirSync(this.file(name));
    const host = os.hostname();
    const lines = [
      "ClusterName=test",
      `SlurmctldHost=${host}(127.0.0.1)`,
      `SlurmctldPort=${control}`,
      `SlurmdPort=${node}`,
      "AuthType=auth/munge",
      `AuthInfo=socket=${this.file("munge.socket")}`,
      "SlurmUser=root",
      "SlurmdUser=root",
      `StateSaveLocation=${this.file("state")}`,
      `SlurmdSpoolDir=${this.file("spool")}`,
      `SlurmctldPidFile=${this.file("slurmctld.pid")}`,
      `SlurmdPidFile=${this.file("slurmd.pid")}`,
      `SlurmctldLogFile=${this.file("slurmctld.log")}`,
      `SlurmdLogFile=${this.file("slurmd.log")}`,
      "ProctrackType=proctrack/linuxproc",
      "TaskPlugin=task/none",
      "SelectType=select/cons_tres",
      "SelectTypeParameters=CR_CPU",
      "SchedulerParameters=sched_interval=1,bf_interval=1",
      "MpiDefault=none",
      "ReturnToService=2",
      `NodeName=${host} NodeAddr=127.0.0.1 CPUs=${os.availableParallelism()} State=UNKNOWN`,
      `PartitionName=all Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
    ];
    fs.writeFileSync(this.file("slurm.conf"), `${lines.join("\n")}\n`);
  }
}
