/** Small texts in the formats that parsers read, written for the tests. */

/** ftrace with all kinds of events; a flush, a broadcast to CPUs 1 and 33, a rescheduling. */
export const ftrace = `# tracer: nop
#
# entries-in-buffer/entries-written: 12/12   #P:34
#
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
          worker-71      [000] ...1.   100.000001: tlb_flush: pages:1 reason:remote IPI send (4)
          worker-71      [000] ...2.   100.000002: ipi_send_cpu: cpu=1 callsite=on_each_cpu_cond_mask+0x20/0x60 callback=generic_smp_call_function_single_interrupt+0x0/0x10
          <idle>-0       [001] d.h1.   100.000009: call_function_single_entry: vector=251
          <idle>-0       [001] d.h1.   100.000010: tlb_flush: pages:1 reason:remote shootdown (1)
          <idle>-0       [001] d.h1.   100.000011: call_function_single_exit: vector=251
          worker-71      [000] ...2.   100.001000: ipi_send_cpumask: cpumask=00000002,00000002 callsite=smp_call_function+0x28/0x60 callback=generic_smp_call_function_single_interrupt+0x0/0x10
          <idle>-0       [001] d.h1.   100.001007: call_function_entry: vector=252
 a b:c [9]-1 x-9000    [033] d.h1.   100.001020: call_function_entry: vector=252
          worker-71      [000] d..2.   100.002000: ipi_send_cpu: cpu=1 callsite=wakeup_preempt+0x92/0xa0 callback=0x0
          <idle>-0       [001] d.h1.   100.002004: reschedule_entry: vector=253
          <idle>-0       [001] d.h1.   100.003000: tlb_flush: pages:-1 reason:flush on task switch (0)
          worker-71      [000] d..2.   100.004000: sched_switch: prev_comm=worker prev_pid=71
CPU:1 [LOST 3 EVENTS]
`;

/** perf script, as by default and with the advised fields. */
export const perfScript = `            perf 17081 [000]  2279.217497:                  ipi:ipi_send_cpu: cpu=1 callsite=ttwu_queue_wakelist+0x11d callback=generic_smp_call_function_single_interrupt+0x0
     migration/0    18 [000]  2279.217500:                     tlb:tlb_flush: pages:-1 reason:local MM shootdown (3)
            perf 17081/17082 [001]  2279.217523001:        csd:csd_function_entry: func=sched_ttwu_pending, csd=0xffff888116e79738
            perf 17081 [000]  2279.217600:     250000 cycles:ppp:
\tffffffff81000000 do_idle+0x10 ([kernel.kallsyms])
[294] 1.000001: ipi:ipi_send_cpu: cpu=3 callsite=check_preempt_curr+0x54 callback=0x0
`;

/** trace-cmd report, plain and raw. */
export const traceCmd = `cpus=8
           <...>-70592 [015] 483506.515818: tlb_flush:            pages:1 reason:local mm shootdown (3)
 kworker/u16:6-262   [003]   177.417147: ipi_raise:            target_mask=00000000,00000020 (Function call interrupts)
 kworker/u16:6-262   [003]   177.417148: ipi_raise:             target_cpus=ARRAY[20, 00, 00, 00, 00, 00, 00, 00] reason=0xffffff8c0774fe6b
            init-1     [000]    10.000001: tlb_flush:            reason=4 pages=-1
CPU:1 [12 EVENTS DROPPED]
`;

/** function_graph with and without absolute times, and the latency format. */
export const graphs = ` 0)               |            /* csd_queue_cpu: cpu=19 callsite=return_to_handler+0x0/0x40 func=nohz_full_kick_func csd=000000001d10a127 */
 0)   0.178 us    |            call_function_single_prep_ipi();
 0) + 12.713 us   |          }
   7238523.638008 |   1)  bash-1234  |   1.500 us    |  xen_send_IPI_one();
   7238523.638009 |   1)  bash-1234  | ! 120.250 us  |  } /* xen_smp_send_reschedule */
 ------------------------------------------
   <idle>-0       0d..h1 2563694126us : reschedule_entry: vector=253
 cyclicte-1234    3dN.h2 2563694130us+: sched_wakeup: comm=a b pid=9
`;
