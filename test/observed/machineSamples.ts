/** Small texts of machines, written for the tests: what parsers get damaged versions of. */

export const interrupts: string = `           CPU0       CPU1       CPU3
  8:          0          1          0   IO-APIC   8-edge      rtc0
LOC:      10508          0          7   Local timer interrupts for timer event device
IPI0:2768808080 2154252810 3349096412   Rescheduling interrupts
CAL:     803571     914376     811000   Function call interrupts
TLB: 4294967290        100         12   TLB shootdowns
LOC:          0          0          0   Local timer interrupts for others
ERR:          0
`;

export const wrapped: string = "  TLB:\n  125553646  141418810\n  192143823 TLB shootdowns\n";

export const lscpu: string = `Architecture:        aarch64
CPU(s):              8
On-line CPU(s) list: 0-3,5
Model name:          Cortex-A55
Model name:          Cortex-A76
L3 cache:            1.5 MiB (2 instances)
NUMA node0 CPU(s):   0-6:2
# CPU,Core,Socket,Node,,L1d
0,0,0,0,,0
`;

export const lscpuJson: string =
  '{"lscpu":[{"field":"CPU(s):","data":"8","children":[{"field":"Vendor ID:","data":null}]}]}';

export const lscpuP: string = "# CPU,Core,Socket,Node\n0,0,0,0\n1,0,0,\n,,,\n";

export const sysfs: string = `/sys/devices/system/cpu/online:0-1
/sys/devices/system/cpu/cpu0/topology/core_id:7
/sys/devices/system/cpu/cpu0/topology/thread_siblings_list:0-1
/sys/devices/system/node/node1/cpulist:0-1
/sys/devices/system/node/node1/distance:21 10
`;

export const cmdline: string =
  'BOOT_IMAGE=/vmlinuz ro isolcpus=domain,managed_irq,2-3 nohz_full=2-3 dyndbg="a b" nopcid\n';

export const config: string =
  "CONFIG_BROADCAST_TLB_FLUSH=y\n# CONFIG_KVM_GUEST is not set\nCONFIG_HZ=250\n";

export const osnoise: string = `duration:   0 00:00:10 | time is in us
CPU Period       Runtime        Noise  % CPU Aval   Max Noise   Max Single          HW
  0 #10         10000000         1234    99.98765         123           12          45
`;

export const timerlat: string = `Timer Latency
CPU COUNT      |      cur       min |      cur       min
  3 #8984      |        1         0         1         7 |       11         2        10        25
`;

export const hist: string = `# RTLA timerlat histogram
Index   IRQ-000   Thr-000
0             5         0
over:         0         0
max:          0        12
`;

export const lkp: string =
  "    521370 ±  3%     -46.6%     278562 ± 38%  interrupts.CPU9.CAL:Function_call_interrupts\n";

export const aggregate: string =
  "    531 callback=generic_smp_call_function_single_interrupt+0x0\n  12818 func=do_flush_tlb_all\n";

export const wprof: string =
  '{"ts":0.1,"t":"ipi_send","task":{"tid":1,"comm":"a"},"cpu":3,"kind":"x","target_cpu":7}\n';

export const lab: string =
  "boot,mode,arch,kernel,cpus,case,params,run,rep,ops,op_us,base_us,minflt,row,desc,delta," +
  "base_delta,percpu_delta,percpu_base,extra\n" +
  'b,m,x86_64,6.1,2,collapse,mb=2 T=1,1,0,1,10,10,0,CAL,calls,3,0,"[0,3]",0,"{""err"":0}"\n';

const reading = (cal: number): string =>
  `CPU0 CPU1\nLOC: 5 4 Local timer interrupts\nCAL: 1 ${cal} Function call interrupts\n`;

/** What the lab's workload writes: one run, with its trace, and the end of the plan. */
export const labStream: string =
  '@@NOTE swap on zram0\n@@RUN {"arch":"x86_64","kernel":"6.1.0","cpus":2,"case":"collapse",' +
  '"params":"mb=2 T=1","rep":0,"op_us":9,"base_us":9,"minflt":0,"ops":1,"err":0}\n' +
  `@@S0\n${reading(1)}@@S1\n${reading(2)}@@S2\n${reading(2)}@@END\n` +
  "@@TRACE\n# tracer: nop\n@@ENDTRACE\n@@DONE collapse mb=2 T=1 rep=0\n@@ALLDONE\n";

export const latencies = `kernel,cpus,operation,threads,siblings,priority,repetition,block,latency_ns
6.18.44,2,munmap,2,spin,fifo,0,1,11087
6.18.44,2,munmap,2,spin,fifo,1,1,12409.5
6.18.44,2,futexShared,2,spin,fifo,2,100,319.07
`;
