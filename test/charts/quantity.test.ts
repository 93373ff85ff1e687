import { describe, expect, it } from "vitest";
import { wrapText } from "../../lib/charts/fontMetrics.ts";
import { axisTitle, capitalised, columnTitle, quantityText } from "../../lib/charts/quantity.ts";

describe("names and numbers on a chart", () => {
  it("turn column names into words with their unit", () => {
    const columns = ["ipis_saved", "gup_fast_overhead_pct", "gup_fast_ns_p99", "cpus", "ns_p99"];
    expect(columns.map(axisTitle)).toEqual([
      "IPIs saved",
      "GUP-fast overhead (%)",
      "GUP-fast p99",
      "CPUs",
      "p99 time",
    ]);
    const units = ["size_kib", "ms", "sync_us", "trips_per_ms", "mib"].map(axisTitle);
    expect(units).toEqual(["Size (KiB)", "Time (ms)", "Sync (µs)", "Trips per ms", "Size (MiB)"]);
    expect(columnTitle("irq_off_delay_ns_max")).toBe("IRQ-off delay max");
    expect(capitalised("duration by CPUs")).toBe("Duration by CPUs");
  });

  it("leave the names of foreign columns alone", () => {
    expect(axisTitle("a.b[0]")).toBe("a.b[0]");
  });

  it("give times and sizes their unit and counts all their digits", () => {
    expect(quantityText(646_316, "count")).toBe("646,316");
    expect(quantityText(5_123_456_789, "ns")).toBe("5.123 s");
    expect(quantityText(980, "ns")).toBe("980 ns");
    expect(quantityText(20 * 2 ** 30, "bytes")).toBe("20 GiB");
    expect(quantityText(1.256, "percent")).toBe("1.26%");
  });

  it("wrap between words", () => {
    expect(wrapText("one two three", 10, false, 45)).toEqual(["one two", "three"]);
  });
});
